using Perfmon.Metrics;

namespace Perfmon.Tool.Stat;

/// <summary>
/// A metric over several runs: the mean of its values in each, with Student's interval. What its events have in common from run to run
/// stays in it, which the propagation of independent errors leaves out.
/// </summary>
internal static class MetricMean
{
    /// <summary>The mean over <paramref name="runs"/>. Those without a value are left out, and said; of one run, its own value.</summary>
    public static MetricValue Of(IReadOnlyList<MetricValue> runs)
    {
        var values = runs.Select(run => run.Value).OfType<double>().ToList();
        if (values.Count == 0 || runs.Count == 1)
        {
            return runs[0];
        }

        var mean = values.Average();
        var half = values.Count > 1 ? Mean.HalfOf(values) : (double?)null;
        var isEstimated = runs.Any(run => run.State == MetricState.Estimated);
        return runs.First(run => run.Value is not null) with
        {
            State = isEstimated ? MetricState.Estimated : MetricState.Counted,
            Value = mean,
            Low = mean - half,
            High = mean + half,
            Reason = values.Count < runs.Count ? $"it has a value in {values.Count} of {runs.Count} runs"
                : runs.FirstOrDefault(run => run.Reason is not null)?.Reason,
        };
    }

    /// <summary>The state as JSON and CSV call it.</summary>
    public static string StateName(MetricState state) => state switch
    {
        MetricState.Counted => "counted",
        MetricState.Estimated => "estimated",
        MetricState.Undefined => "undefined",
        _ => "not_counted",
    };
}
