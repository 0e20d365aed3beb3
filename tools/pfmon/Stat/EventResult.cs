using Perfmon.Events;
using Perfmon.Session;

namespace Perfmon.Tool.Stat;

/// <summary>An event's line in a result: one count, or the mean over several runs.</summary>
internal sealed record EventResult
{
    // Without event sets: the count, times enabled over running.
    private const string KernelScaling = "constant-ratio";

    public required EventRequest Event { get; init; }

    /// <summary>Its event set; 0 where there are none.</summary>
    public int Set { get; init; }

    public required CountState State { get; init; }

    /// <summary>Whether the machine counts the event at all.</summary>
    public bool IsSupported { get; init; } = true;

    /// <summary>The count or the mean; null when not counted.</summary>
    public decimal? Value { get; init; }

    /// <summary>What was really counted, over all runs; null when not counted.</summary>
    public ulong? Raw { get; init; }

    /// <summary>Time to be counted, over all runs, in nanoseconds.</summary>
    public ulong Enabled { get; init; }

    /// <summary>Time on a counter, likewise.</summary>
    public ulong Running { get; init; }

    /// <summary>The ends of the 95 % interval, equal to the value when that is exact; null where none is known.</summary>
    public decimal? Low { get; init; }

    public decimal? High { get; init; }

    /// <summary>What made an estimate; null for what is none.</summary>
    public string? Estimator { get; init; }

    /// <summary>Why it is not counted, or not exact.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it never got a counter.</summary>
    public bool LacksCounter { get; init; }

    /// <summary>Whether its event set had no turn.</summary>
    public bool LacksTurn { get; init; }

    public string Name => Event.Name;

    public double ShareOfTime => Enabled == 0 ? 0 : (double)Running / Enabled;

    public static EventResult Of(EventCount one)
    {
        var isCounted = one.Count.State != CountState.NotCounted;
        var exact = one.Count.State == CountState.Counted ? (decimal?)one.Count.Value : null;
        return new EventResult
        {
            Event = one.Event,
            State = one.Count.State,
            IsSupported = one.Refusal is null,
            Value = isCounted ? one.Count.Value : null,
            Raw = isCounted ? one.Count.Raw : null,
            Enabled = one.Count.TimeEnabled,
            Running = one.Count.TimeRunning,
            Low = exact ?? one.Interval?.Low,
            High = exact ?? one.Interval?.High,
            Estimator = one.Count.State == CountState.Estimated ? one.Interval?.Estimator ?? KernelScaling : null,
            Reason = one.Reason,
            LacksCounter = one.LacksCounter,
            LacksTurn = one.LacksTurn,
        };
    }

    /// <summary>The mean over <paramref name="runs"/> with its interval. Runs in which the event was not counted are left out, and said.</summary>
    public static EventResult MeanOf(IReadOnlyList<EventCount> runs)
    {
        var counted = runs.Where(run => run.Count.State != CountState.NotCounted).ToList();
        if (counted.Count == 0 || runs.Count == 1)
        {
            return Of(runs[0]);
        }

        var total = counted.Select(run => run.Count).Aggregate((sum, next) => sum.Plus(next));
        var mean = Mean.Of([.. counted.Select(run => (decimal)run.Count.Value)]);
        return Of(counted[0] with { Count = total, Interval = counted.Select(run => run.Interval).FirstOrDefault(interval => interval is not null) }) with
        {
            Value = mean.Value,
            Low = mean.Low,
            High = mean.High,
            Reason = counted.Count < runs.Count ? $"counted in {counted.Count} of {runs.Count} runs" : (runs[0] with { Count = total }).Reason,
        };
    }
}
