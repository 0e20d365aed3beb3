using Perfmon.Metrics;

namespace Perfmon.Tool.Stat;

/// <summary>What is shown beside a count: the metric of the catalogue that belongs there, else how often the event was in a second.</summary>
internal static class DerivedFigure
{
    private const double NanosecondsPerSecond = 1e9;

    private static readonly string[] s_clocks = ["task-clock", "cpu-clock"];

    /// <summary>
    /// The figure beside the event at <paramref name="index"/>; empty where there is none. Rates are for each second of CPU time, if that is
    /// counted.
    /// </summary>
    public static string Of(int index, StatResult result)
    {
        var one = result.Events[index];
        if (one.Value is not ({ } and > 0) || result.Elapsed <= TimeSpan.Zero)
        {
            return "";
        }

        foreach (var metric in MetricCatalogue.All)
        {
            if (metric.IsBeside(one.Name) && ValueOf(metric, one.Name, result.Runs) is { } value)
            {
                return Quantity.Of(metric, value).ToString();
            }
        }

        if (one.Event.Unit is not null || one.Event.Scale != 1)
        {
            return "";
        }

        var seconds = s_clocks.Select(clock => Value(clock, result.Events)).FirstOrDefault(time => time is not null) / NanosecondsPerSecond;
        return Quantity.Rate((double)one.Value / (seconds ?? result.Elapsed.TotalSeconds)).ToString();
    }

    // Of the values that a reading gives, the one that this event has a part in.
    private static double? ValueOf(Metric metric, string name, IReadOnlyList<StatRun> runs)
    {
        var values = runs.Select(run => metric.EvaluateAll(run.Events, run.Elapsed).FirstOrDefault(value => value.Events.Contains(name))).OfType<MetricValue>().ToList();
        return values.Count == 0 ? null : MetricMean.Of(values).Value;
    }

    private static double? Value(string name, IReadOnlyList<EventResult> all) =>
        all.FirstOrDefault(one => Is(one, name)) is { Value: { } value } && value > 0 ? (double)value : null;

    // The modifiers do not change what a clock is.
    private static bool Is(EventResult result, string name) => result.Name == name || result.Name.StartsWith($"{name}:", StringComparison.Ordinal);
}
