using System.Diagnostics.Metrics;
using Perfmon.Metrics;
using Perfmon.Session;

namespace Perfmon.Instruments;

/// <summary>A metric's value between two collections of its gauge.</summary>
internal sealed class MetricGauge
{
    private readonly IReadOnlyList<KeyValuePair<string, object?>> _targetTags;
    private readonly Metric _metric;
    private IReadOnlyList<EventCount> _earlier;
    private readonly TimeProvider _time;
    private long _earlierAt;

    /// <param name="metric">The metric.</param>
    /// <param name="first">Where the first interval begins.</param>
    /// <param name="targetTags">Whom the session counts.</param>
    /// <param name="time">The clock of intervals.</param>
    public MetricGauge(Metric metric, IReadOnlyList<EventCount> first, IReadOnlyList<KeyValuePair<string, object?>> targetTags, TimeProvider time)
    {
        _time = time;
        _earlierAt = time.GetTimestamp();
        _metric = metric;
        _earlier = first;
        _targetTags = targetTags;
        Name = InstrumentName.Own("metrics.", metric.Name);
    }

    public string Name { get; }

    public string Unit => UcumUnit.OfMetric(_metric.Unit);

    public string Description => _metric.Description.Length > 0 ? _metric.Description : _metric.ExpressionText;

    /// <summary>The values since the last call; nothing where an event was not counted, or the expression has no value.</summary>
    public void Add(List<Measurement<double>> to, IReadOnlyList<EventCount> now)
    {
        var at = _time.GetTimestamp();
        var between = now.Zip(_earlier, Between).ToList();
        var elapsed = _time.GetElapsedTime(_earlierAt, at);
        (_earlier, _earlierAt) = (now, at);
        foreach (var value in _metric.EvaluateAll(between, elapsed))
        {
            if (value.Value is { } number)
            {
                to.Add(new(number, [new(SeriesTags.Metric, value.Name), .. _targetTags]));
            }
        }
    }

    // Estimates of totals may fall from one reading to the next: what was counted in between is then taken for nothing, not for less.
    private static EventCount Between(EventCount now, EventCount earlier)
    {
        var (enabled, running) = (Less(now.Count.TimeEnabled, earlier.Count.TimeEnabled), Less(now.Count.TimeRunning, earlier.Count.TimeRunning));
        return now with
        {
            Interval = null,
            Count = new Count
            {
                State = running == 0 ? CountState.NotCounted : running < enabled ? CountState.Estimated : CountState.Counted,
                Value = Less(now.Count.Value, earlier.Count.Value),
                Raw = Less(now.Count.Raw, earlier.Count.Raw),
                TimeEnabled = enabled,
                TimeRunning = running,
            },
        };
    }

    private static ulong Less(ulong now, ulong earlier) => now > earlier ? now - earlier : 0;
}
