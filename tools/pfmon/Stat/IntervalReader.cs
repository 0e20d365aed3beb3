using System.Diagnostics;
using Perfmon.Metrics;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Stat;

/// <summary>Reads a measurement at the end of each interval since its start. The intervals add up to the whole.</summary>
internal sealed class IntervalReader
{
    private readonly Measurement _measurement;
    private readonly TimeSpan _interval;
    private readonly IReadOnlyList<Metric> _metrics;
    private readonly Action<StatInterval> _onInterval;
    private TimeSpan _began;

    /// <summary>Begins the first interval.</summary>
    public IntervalReader(Measurement measurement, TimeSpan interval, IReadOnlyList<Metric> metrics, Action<StatInterval> onInterval)
    {
        (_measurement, _interval, _metrics, _onInterval) = (measurement, interval, metrics, onInterval);
        measurement.ReadInterval();
    }

    /// <summary>Called after each whole interval, not after the rest of one.</summary>
    public Action? OnWhole { get; init; }

    /// <summary>Reads until <paramref name="end"/> is done.</summary>
    public async Task RunAsync(Stopwatch clock, Task end)
    {
        var intervals = new IntervalClock(clock, _interval);
        while (await intervals.WaitAsync(_began, end).ConfigureAwait(false))
        {
            Report(clock.Elapsed);
            OnWhole?.Invoke();
        }
    }

    /// <summary>Reports what came after the last whole interval.</summary>
    public void Finish(TimeSpan elapsed) => Report(elapsed);

    private void Report(TimeSpan now)
    {
        var length = now - _began;
        var between = _measurement.ReadInterval();
        _onInterval(new StatInterval(
            now, length, between.Results, [.. _metrics.SelectMany(metric => metric.EvaluateAll(between.Events, length))], between.Turns is not null));
        _began = now;
    }
}
