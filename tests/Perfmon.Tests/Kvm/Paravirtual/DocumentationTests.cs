using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Kvm.Paravirtual;
using Perfmon.Tests.Support;
using R = Perfmon.Kvm.Paravirtual.ParavirtualRegisters;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary>docs/paravirtual-pmu.md is what drivers are written from: its tables are the code's.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string s_page = File.ReadAllText(Path.Join(Repository.Root, "docs/paravirtual-pmu.md"));

    [Fact]
    public void The_table_of_registers_is_the_devices()
    {
        var documented = Rows("register").Select(cells => (Name: cells[0], Number: cells[1], Access: cells[2], Writable: cells[3])).ToList();
        var actual = R.All.Select(register => (
            register.IsOfCounter ? $"{register.Name}n" : register.Name,
            $"0x{register.Msr():x}{(register.IsOfCounter ? $" + {register.Msr(1) - register.Msr()}n" : "")}",
            register.Access switch
            {
                RegisterAccess.ReadOnly => "read",
                RegisterAccess.ReadWrite => "read, write",
                _ => "write, reads 0",
            },
            register.Writable == 0 ? "" : $"0x{register.Writable:x}")).ToList();
        Assert.Equal(actual, documented);
    }

    [Fact]
    public void Reset_values_are_the_devices()
    {
        using var pmu = new ParavirtualPmu(Perfmon.Session.Target.CallingThread);
        var rows = Rows("register").Zip(R.All).Where(row => !row.First[4].StartsWith("by", StringComparison.Ordinal)).ToList();
        Assert.Equal(R.All.Count - 3, rows.Count);
        Assert.All(rows, row => Assert.Equal(Number(row.First[4]), pmu.Get(row.Second)));
    }

    [Fact]
    public void The_fields_of_registers_are_the_devices()
    {
        Assert.Equal(GlobalControlBits.Enable, Bit("GLOBAL_CONTROL", "ENABLE"));
        Assert.Equal(GlobalControlBits.FreezeOnNotify, Bit("GLOBAL_CONTROL", "FREEZE_ON_NOTIFY"));
        Assert.Equal(GlobalStatusBits.Running, Bit("GLOBAL_STATUS", "RUNNING"));
        Assert.Equal(GlobalStatusBits.Frozen, Bit("GLOBAL_STATUS", "FROZEN"));
        Assert.Equal(CapabilityBits.RawEvents, Bit("CAPABILITIES", "RAW_EVENTS"));
        Assert.Equal(CapabilityBits.Interrupt, Bit("CAPABILITIES", "INTERRUPT"));
        Assert.Equal((ulong)CounterStatus.Counting, Bit("STATUS", "COUNTING"));
        Assert.Equal((ulong)CounterStatus.NotCounted, Bit("STATUS", "NOT_COUNTED"));
        Assert.Equal((ulong)CounterStatus.Denied, Bit("STATUS", "DENIED"));
        Assert.Equal((ulong)CounterStatus.Polled, Bit("STATUS", "POLLED"));
        Assert.True(new CounterControl(Bit("CONTROL", "USER")).CountsUser);
        Assert.True(new CounterControl(Bit("CONTROL", "KERNEL")).CountsKernel);
        Assert.True(new CounterControl(Bit("CONTROL", "NOTIFY")).Notifies);
        Assert.True(new CounterControl(Bit("CONTROL", "ENABLE")).IsEnabled);
        var fields = new CounterControl((3UL << Low("CONTROL", "CODE")) | (5UL << Low("CONTROL", "UMASK")) | ((ulong)EventClass.Raw << Low("CONTROL", "CLASS")));
        Assert.Equal((3, 5, EventClass.Raw), (fields.Code, fields.Umask, fields.Class));
    }

    [Fact]
    public void The_numbers_of_events_are_the_tables() => Assert.Equal(
        ParavirtualEvents.DefaultHostEvents,
        Rows("code", "counts").Select((cells, number) =>
        {
            Assert.Equal(number, (int)Number(cells[0]));
            return cells[1].Trim('`');
        }));

    [Fact]
    public void Numbers_in_the_driver_are_the_devices()
    {
        var offsets = DriverOffset().Matches(s_page).ToDictionary(match => match.Groups["name"].Value, match => uint.Parse(match.Groups["offset"].Value, CultureInfo.InvariantCulture));
        Assert.Equal(8, offsets.Count);
        Assert.All(offsets, pair => Assert.Equal(R.All.Single(register => register.Name == pair.Key) is { IsOfCounter: var isOfCounter } one ? one.Offset - (isOfCounter ? 0x80u : 0) : 0, pair.Value));
        Assert.Contains($"0x{R.First:x}u + (offset)", s_page, StringComparison.Ordinal);
        Assert.Contains($"0x{R.IdentityValue:x})", s_page, StringComparison.Ordinal);
    }

    // The rows of the table whose head begins and ends with these words.
    private static IEnumerable<string[]> Rows(string first, string? last = null)
    {
        var lines = s_page.Split('\n').Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        var head = lines.FindIndex(cells => cells[0] == first && (last is null || cells[^1] == last));
        Assert.True(head >= 0, first);
        return lines.Skip(head + 2).TakeWhile(cells => cells.Length > 1);
    }

    private static int Low(string table, string field)
    {
        var row = Rows(table, "").Single(cells => FieldName().Match(cells[1]).Value == field);
        return int.Parse(row[0].Split(':')[^1], CultureInfo.InvariantCulture);
    }

    private static ulong Bit(string table, string field) => 1UL << Low(table, field);

    private static ulong Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? ulong.Parse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : ulong.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("^[A-Z_]+")]
    private static partial Regex FieldName();

    [GeneratedRegex(@"rdmsr\((?:PMU\(|COUNTER\(n, )(?<offset>\d+)\)\)[^/\n]*/\* (?<name>[A-Z_]+)|wrmsr\((?:PMU\(|COUNTER\(n, )(?<offset>\d+)\),[^/\n]*/\* (?<name>[A-Z_]+)")]
    private static partial Regex DriverOffset();
}
