using System.Diagnostics;
using Perfmon.Metrics;
using Perfmon.Session;

namespace Perfmon.Tool.Stat;

/// <summary>
/// Reads a measurement at multiples of an interval since its start, so that lateness does not add up: a reading that was missed is
/// left out, and the next one is on time again. The intervals add up to the whole.
/// </summary>
internal sealed class IntervalReader(
    Measurement measurement, TimeSpan interval, IReadOnlyList<Metric> metrics, Action<StatInterval> onInterval)
{
    private IReadOnlyList<EventCount> _earlier = measurement.Read();
    private TimeSpan _began;

    /// <summary>Reads until <paramref name="end"/> is done.</summary>
    public async Task RunAsync(Stopwatch clock, Task end)
    {
        var due = interval;
        while (true)
        {
            // Timers count whole milliseconds, and would fire before their time.
            var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((due - clock.Elapsed).TotalMilliseconds)));
            await Task.WhenAny(end, Task.Delay(wait)).ConfigureAwait(false);
            if (end.IsCompleted)
            {
                return;
            }

            var now = clock.Elapsed;
            Report(now, measurement.Read());
            due = interval * Math.Max(Math.Floor(now / interval) + 1, Math.Round(due / interval) + 1);
        }
    }

    /// <summary>Reports what came after the last whole interval.</summary>
    public void Finish(TimeSpan elapsed, IReadOnlyList<EventCount> counts) => Report(elapsed, counts);

    private void Report(TimeSpan now, IReadOnlyList<EventCount> counts)
    {
        var length = now - _began;
        var between = counts.Zip(_earlier, (count, before) => count.Since(before)).ToList();
        onInterval(new StatInterval(
            now, length, [.. between.Select(EventResult.Of)], [.. metrics.SelectMany(metric => metric.EvaluateAll(between, length))]));
        (_earlier, _began) = (counts, now);
    }
}
