using System.Globalization;
using System.Text.Json;
using Perfmon.Kvm.Demonstration;
using Perfmon.Kvm.Paravirtual;
using Perfmon.Tool.Output;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Kvm;

/// <summary>How the demonstration is shown: to people, and to programs.</summary>
internal static class DemoText
{
    public static void Write(IAnsiConsole console, DemoResult result, int turns)
    {
        console.WriteLine($"A guest of {turns:N0} turns counts {result.Event} of its vCPU:", Terminal.Bold);
        console.WriteLine();
        console.WriteColumns([Justify.Left, Justify.Left, Justify.Left, Justify.Right, Justify.Left], [.. result.Accesses.Select(access => Row(access, result))], indent: 2);
        console.WriteLine();
        if (result.Stop != GuestStop.Halted)
        {
            console.WriteLine($"The guest did not come to its end: {Name(result.Stop)}.", Terminal.Warning);
            return;
        }

        console.WriteColumns(
            [Justify.Left, Justify.Right, Justify.Left],
            [["counted", $"{result.Value:N0}", result.IsExact ? "exact" : ""], ["expected", $"{result.Expected:N0}", ""]]);
        if (result.Why is { } why)
        {
            console.WriteMessage(why);
        }
    }

    public static void WriteJson(Stream output, DemoResult result, int turns)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("turns", turns);
            json.WriteString("event", result.Event);
            json.WriteString("stop", Name(result.Stop));
            json.WriteNumber("counted", result.Value);
            json.WriteNumber("expected", result.Expected);
            json.WriteBoolean("exact", result.IsExact);
            json.WriteString("reason", result.Why);
            if (result.StateBytes is { } bytes)
            {
                json.WriteNumber("state_bytes", bytes);
            }
            else
            {
                json.WriteNull("state_bytes");
            }

            json.WriteStartArray("accesses");
            foreach (var access in result.Accesses.OfType<MsrTrace>())
            {
                json.WriteStartObject();
                json.WriteString("register", Register(access.Index));
                json.WriteString("msr", Hex(access.Index));
                json.WriteBoolean("write", access.IsWrite);
                json.WriteNumber("value", access.Value);
                json.WriteBoolean("refused", access.IsRefused);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static Cell[] Row(MsrTrace? access, DemoResult result) => access is { } one
        ?
        [
            one.IsWrite ? "WRMSR" : "RDMSR",
            new Cell(Hex(one.Index), Terminal.Dim),
            Register(one.Index),
            Register(one.Index).StartsWith(ParavirtualRegisters.Value.Name, StringComparison.Ordinal) ? $"{one.Value:N0}" : Hex(one.Value),
            one.IsRefused ? "#GP" : "",
        ]
        : ["saved", new Cell($"{result.StateBytes} bytes", Terminal.Dim), "the guest goes on in a new machine", "", ""];

    private static string Register(uint msr) =>
        ParavirtualRegisters.At(msr, ParavirtualRegisters.MostCounters, out var counter)?.NameOf(counter) ?? "";

    private static string Name(GuestStop stop) => stop.ToString().ToLower(CultureInfo.InvariantCulture);

    private static string Hex(ulong value) => $"0x{value:x}";
}
