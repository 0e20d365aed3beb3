using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using Perfmon.BenchmarkDotNet.Counting;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Columns;

/// <summary>Counts as metrics of BenchmarkDotNet, which exporters write and other programs compare: only those that have a value.</summary>
internal static class CountMetrics
{
    /// <param name="counts">The counts of a benchmark.</param>
    /// <param name="isShown">Whether BenchmarkDotNet makes columns of them; otherwise there are columns already.</param>
    public static IEnumerable<Metric> Of(BenchmarkCounts counts, bool isShown)
    {
        var priority = 0;
        foreach (var one in counts.Events.Where(one => !one.Event.IsForMetric))
        {
            var unit = one.IsTime ? UnitType.Time : UnitType.Dimensionless;
            if (one.State != CountState.NotCounted)
            {
                yield return new Metric(
                    new Descriptor(one.Event.AskedAs, $"{one.Event.Name}/op", CountColumns.Legend(one.Event), "#,##0.####", unit, priority, isShown), one.Value);
            }

            if (one is { State: CountState.Estimated, HalfWidth: { } half })
            {
                yield return new Metric(
                    new Descriptor($"{one.Event.AskedAs} ±", $"± {one.Event.Name}", "Half the width of the 95 % interval", "#,##0.####", unit, priority + 1, isShown), half);
            }

            priority += 2;
        }

        foreach (var metric in counts.Metrics.Where(metric => metric.Value is not null))
        {
            yield return new Metric(
                new Descriptor(metric.Name, metric.Name, CountColumns.Legend(metric.Metric), "#,##0.00##", UnitType.Dimensionless, priority++, isShown), metric.Value!.Value);
        }
    }

    private sealed record Descriptor(
        string Id, string DisplayName, string Legend, string NumberFormat, UnitType UnitType, int PriorityInCategory, bool IsShown) : IMetricDescriptor
    {
        public string Unit => "";

        public bool TheGreaterTheBetter => false;

        public bool GetIsAvailable(Metric metric) => IsShown;
    }
}
