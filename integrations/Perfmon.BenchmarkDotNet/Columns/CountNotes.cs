using System.Globalization;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using Perfmon.BenchmarkDotNet.Counting;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Columns;

/// <summary>What the log says below the table's legend: the reason of each <c>-</c> and <c>±</c>, whose events were counted, and what was taken off.</summary>
internal static class CountNotes
{
    public static void Write(ILogger logger, IReadOnlyDictionary<BenchmarkCase, BenchmarkCounts> counts)
    {
        foreach (var (text, benchmarks) in counts.SelectMany(Notes).GroupBy(note => note.Text, note => note.Benchmark).Select(group => (group.Key, group.Distinct().ToList())))
        {
            var whose = benchmarks.Count == counts.Count ? "" : $"{string.Join(", ", benchmarks)}: ";
            logger.WriteLineInfo(whose + text);
        }

        foreach (var (benchmark, one) in counts)
        {
            var taken = one.Events.Where(count => count.HarnessPerIteration > 0).Select(Harness).ToList();
            if (taken.Count > 0)
            {
                logger.WriteLine(
                    LogKind.Hint,
                    $"{Name(benchmark)}: taken off each of {one.Report.Workload.Iterations} iterations for the harness, as {one.Report.Overhead.Iterations} empty ones tell: {string.Join(", ", taken)}");
            }
        }
    }

    private static IEnumerable<(string Text, string Benchmark)> Notes(KeyValuePair<BenchmarkCase, BenchmarkCounts> pair)
    {
        var name = Name(pair.Key);
        foreach (var note in pair.Value.Report.Notices)
        {
            yield return (note, name);
        }

        if (pair.Value.Report.Problem is { } problem)
        {
            yield return ($"Nothing is counted (-): {problem}.", name);
        }

        foreach (var count in pair.Value.Events.Where(count => count.State != CountState.Counted && count.Reason != pair.Value.Report.Problem))
        {
            yield return (count.State == CountState.Estimated
                ? $"{count.Event.Name} is an estimate (±): {count.Reason}."
                : $"{count.Event.Name} is not counted (-): {count.Reason}", name);
        }

        foreach (var metric in pair.Value.Metrics.Where(metric => metric.Value is null && pair.Value.Report.Problem is null))
        {
            yield return ($"{metric.Name} has no value (-): {FirstLine(metric.Reason)}", name);
        }
    }

    private static string FirstLine(string? text) => text?.Split('\n')[0] ?? "";

    private static string Harness(EventPerOperation count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count.HarnessPerIteration:N1}{(count.IsTime ? " ns" : "")} {count.Event.Name}");

    private static string Name(BenchmarkCase benchmarkCase) =>
        $"{benchmarkCase.Descriptor.WorkloadMethodDisplayInfo}{(benchmarkCase.HasParameters ? $" {benchmarkCase.Parameters.DisplayInfo}" : "")}";
}
