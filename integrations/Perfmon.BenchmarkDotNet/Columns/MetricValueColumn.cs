using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfmon.Metrics;
using Metric = Perfmon.Metrics.Metric;

namespace Perfmon.BenchmarkDotNet.Columns;

/// <summary>A metric, of all operations together.</summary>
/// <param name="name">Its name with what its events have in common: <c>ipc:u</c>.</param>
/// <param name="metric">The metric.</param>
/// <param name="place">Its place among the metrics.</param>
internal sealed class MetricValueColumn(string name, Metric metric, int place) : CountColumn(BehindEvents + place)
{
    private const int BehindEvents = 1_000;

    public override string Id => $"Perfmon.metric.{name}";

    public override string ColumnName => name;

    public override string Legend => CountColumns.Legend(metric);

    public override UnitType UnitType => UnitType.Dimensionless;

    public override string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (Find(benchmarkCase) is not { Value: { } value } found)
        {
            return NotCounted;
        }

        var culture = style.CultureInfo ?? CultureInfo.InvariantCulture;
        var decimals = metric.Decimals ?? CountText.Decimals(summary.BenchmarksCases.Select(one => Find(one)?.Value).OfType<double>());
        var error = found.State != MetricState.Estimated ? ""
            : found.High is { } high ? CountText.Error(high - value, decimals, culture)
            : " ± ?";
        return value.ToString($"N{decimals}", culture) + error;
    }

    private MetricValue? Find(BenchmarkCase benchmarkCase) => CountColumns.Of(benchmarkCase)?.Metrics.FirstOrDefault(one => one.Name == name);
}
