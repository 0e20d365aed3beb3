using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary><c>pfmon kvm filter explain</c>: whether a guest may count an event, and why.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var filter = FilterOptions.Filter();
        var events = new Argument<string[]>("EVENT")
        {
            Description = "SELECT/UMASK in hexadecimal, fixed:N, an Arm event's number as 0xNN, or the name of an architectural event, such as instructions.",
            Arity = ArgumentArity.OneOrMore,
        };
        var vendor = FilterOptions.Vendor();
        var json = FilterOptions.Json("Write a JSON array with an object for each event.");
        var command = new Command("explain", "Says whether a filter lets a guest count events, and what decides.") { filter, events, vendor, json };
        command.SetAction(parsed => Run(
            parsed.ReadFilter(filter), parsed.GetRequiredValue(events), parsed.ReadVendor(vendor), parsed.GetValue(json)));
        return command;
    }

    private static int Run(FilterDocument document, string[] events, CpuVendor? vendor, bool json)
    {
        var explained = (GuestOf(document, events, vendor) == GuestArchitecture.Arm
            ? OnArm(document.ToArm(), events)
            : OnX86(document.ToX86(), events, vendor.OrThisMachines())).ToList();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(explained, ExplainJsonContext.Default.ListExplainedEvent));
        }
        else
        {
            Terminal.Output.WriteColumns(
                [Justify.Left, Justify.Left, Justify.Left], [.. explained.Select(one => new Cell[] { one.Event, one.Allowed ? "allowed" : "denied", one.Because })]);
        }

        return ExitCode.Success;
    }

    /// <summary>A filter of raw codes can be for either: then the events say which.</summary>
    private static GuestArchitecture GuestOf(FilterDocument document, string[] events, CpuVendor? vendor) =>
        document.Guest ?? (vendor is null && events.All(text => GuestEvent.TryParse(text, out var read, out _) && read.Kind == GuestEventKind.Arm)
            ? GuestArchitecture.Arm
            : GuestArchitecture.X86);

    private static IEnumerable<ExplainedEvent> OnX86(PmuEventFilter filter, string[] events, CpuVendor vendor) =>
        events.Select(text => ExplainedEvent.Of(text, filter.Decide(Parse(text, vendor), vendor)));

    private static IEnumerable<ExplainedEvent> OnArm(ArmEventFilter filter, string[] events) =>
        events.Select(text => ExplainedEvent.Of(text, filter.Decide(Parse(text, CpuVendor.Arm), ArmEventSpace.Bits16)));

    private static GuestEvent Parse(string text, CpuVendor vendor) => ArchitecturalEvents.Find(text, vendor) ?? GuestEvent.Parse(text);
}

/// <summary>An event and what decides about it.</summary>
/// <param name="Event">The event as it was asked for.</param>
/// <param name="Allowed">Whether the guest may count it.</param>
/// <param name="Because">Why, as a sentence.</param>
internal sealed record ExplainedEvent(string Event, bool Allowed, string Because)
{
    public static ExplainedEvent Of(string text, FilterDecision decision) => new(text, decision.Allowed, decision.Because);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(List<ExplainedEvent>))]
internal sealed partial class ExplainJsonContext : JsonSerializerContext;
