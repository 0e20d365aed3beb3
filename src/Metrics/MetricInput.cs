using Perfmon.Session;

namespace Perfmon.Metrics;

/// <summary>What an expression takes of an event: its value and what is known of the value's error.</summary>
/// <param name="Value">The count in the event's unit, such as nanoseconds.</param>
/// <param name="StandardError">The standard error of the value: 0 where it is exact, null where nothing is known of it.</param>
/// <param name="State">How the value was obtained.</param>
/// <param name="Reason">Why there is none, or why it is an estimate; null where it is exact.</param>
public readonly record struct MetricInput(double Value, double? StandardError, CountState State, string? Reason = null)
{
    /// <summary>A value without an error.</summary>
    public static MetricInput Exact(double value) => new(value, 0, CountState.Counted);

    /// <summary>What was counted. Of a count that the kernel scaled from a part of the time no error is known.</summary>
    public static MetricInput Of(EventCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        return count.Count.State switch
        {
            CountState.Counted => Exact(count.ScaledValue),
            CountState.Estimated => new(count.ScaledValue, count.Interval?.StandardError * count.Event.Scale, CountState.Estimated, count.Reason),
            _ => new(0, null, CountState.NotCounted, count.Reason),
        };
    }
}
