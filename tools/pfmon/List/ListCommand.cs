using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.List;

/// <summary><c>pfmon list</c>: what can be counted here, by name.</summary>
internal static class ListCommand
{
    private const string Tracepoints = "tracepoint";

    public static Command Create()
    {
        var word = new Argument<string?>("WORD")
        {
            Description = "Only events with this in their name, family or description, and such metrics.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json", "-j") { Description = "Write one JSON object with all of them.", Arity = ArgumentArity.Zero };
        var command = new Command("list", "Shows what can be counted on this machine, and the metrics that follow from it.") { word, json };
        command.SetAction(result => Run(result.GetValue(word), result.GetValue(json)));
        return command;
    }

    private static int Run(string? word, bool json)
    {
        var host = HostDescription.Current;
        var entries = EventCatalogue.List(host, word).ToList();
        var metrics = MetricEntry.List(host, word).ToList();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new EventListing(entries, metrics), ListJsonContext.Default.EventListing));
            return ExitCode.Success;
        }

        if (entries.Count + metrics.Count == 0)
        {
            throw new ToolException($"No event and no metric has '{word}' in its name, family or description.\nSee all:  pfmon list", ExitCode.Failure);
        }

        Write(Terminal.Output, entries, metrics, word, host);
        return ExitCode.Success;
    }

    internal static void Write(IAnsiConsole console, IReadOnlyList<CatalogueEntry> entries, IReadOnlyList<MetricEntry> metrics, string? word, HostDescription host)
    {
        var shown = 0;
        foreach (var family in entries.GroupBy(entry => entry.Family))
        {
            var isSummary = family.Key == Tracepoints && word is null;
            var missing = family.All(entry => !entry.IsAvailable) ? "  not on this machine" : "";
            console.WriteLine($"{family.Key}{(isSummary ? $"  {family.Count():N0} in these systems; see one:  pfmon list SYSTEM:" : "")}{missing}", Terminal.Bold);
            List<Cell[]> rows = isSummary ? [.. Systems(family)] : [.. family.Select(Row)];
            shown += isSummary ? 0 : rows.Count;
            console.WriteColumns([Justify.Left, Justify.Left], rows, indent: 2);
            console.WriteLine();
        }

        if (metrics.Count > 0)
        {
            console.WriteLine("metrics", Terminal.Bold);
            console.WriteColumns([Justify.Left, Justify.Left, Justify.Left], [.. metrics.Select(Row)], indent: 2);
            console.WriteLine();
        }

        shown += metrics.Count;
        var all = entries.Count + metrics.Count;
        console.WriteLine(shown == all ? $"{shown:N0} shown." : $"{shown:N0} of {all:N0} shown.", Terminal.Dim);
        if (host.TraceFs is { IsReadable: false } traceFs && word is null)
        {
            console.WriteLine(traceFs.IsMounted ? "Tracepoints are hidden from this user; see:  pfmon info" : "Tracepoints are not mounted; see:  pfmon info", Terminal.Warning);
        }
    }

    private static Cell[] Row(CatalogueEntry entry)
    {
        var style = entry.IsAvailable ? null : Terminal.Dim;
        return [new Cell(entry.Name, style), new Cell(entry.Description, style)];
    }

    private static Cell[] Row(MetricEntry entry)
    {
        var style = entry.IsAvailable ? null : Terminal.Dim;
        var missing = entry.IsAvailable ? "" : $" Not on this machine: {string.Join(", ", entry.Missing)}.";
        return [new Cell(entry.Name, style), new Cell(entry.Expression, style), new Cell(entry.Description + missing, style)];
    }

    private static IEnumerable<Cell[]> Systems(IEnumerable<CatalogueEntry> tracepoints) => tracepoints
        .GroupBy(entry => entry.Name[..entry.Name.IndexOf(':', StringComparison.Ordinal)])
        .Select(system => new Cell[] { $"{system.Key}:", $"{system.Count():N0}" });
}

/// <summary>The JSON of <c>pfmon list</c>.</summary>
internal sealed record EventListing(IReadOnlyList<CatalogueEntry> Events, IReadOnlyList<MetricEntry> Metrics);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(EventListing))]
internal sealed partial class ListJsonContext : JsonSerializerContext;
