using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfmon.BenchmarkDotNet.Counting;
using Perfmon.BenchmarkDotNet.Planning;

namespace Perfmon.BenchmarkDotNet.Columns;

/// <summary>The columns of the diagnosers of a summary's benchmarks: one for each event that was asked for, and one for each metric.</summary>
internal sealed class CountColumns : IColumnProvider
{
    /// <summary>The only one: which diagnoser counted, each benchmark's configuration says.</summary>
    public static CountColumns Provider { get; } = new();

    public IEnumerable<IColumn> GetColumns(Summary summary)
    {
        var counts = summary.BenchmarksCases.Select(Of).OfType<BenchmarkCounts>().ToList();
        var events = counts.SelectMany(one => one.Events).Select(one => one.Event).Where(one => !one.IsForMetric).DistinctBy(one => one.AskedAs);
        var metrics = counts.SelectMany(one => one.Metrics).DistinctBy(one => one.Name);
        return [.. events.Select((one, i) => new EventColumn(one, i)), .. metrics.Select((one, i) => new MetricValueColumn(one.Name, one.Metric, i))];
    }

    /// <summary>What was counted of a benchmark; null where nothing ran.</summary>
    public static BenchmarkCounts? Of(BenchmarkCase benchmarkCase) =>
        benchmarkCase.Config.GetDiagnosers().OfType<PerfmonDiagnoser>().FirstOrDefault()?.CountsOf(benchmarkCase);

    public static string Legend(PlannedEvent one) =>
        $"{one.Name} per operation, counted by the kernel{(one.LeavesKernelOut ? ", in user mode only" : "")}";

    public static string Legend(Metrics.Metric metric)
    {
        var formula = metric.ExpressionText == metric.Name ? "" : $" = {metric.ExpressionText}";
        return $"{metric.Name}{formula}{(metric.Unit is { } unit ? $", {unit}" : "")}";
    }
}
