namespace Perfmon.Session;

/// <summary>How far an estimated count can be believed: its 95 % interval. All numbers of events are in the event's unit.</summary>
/// <param name="Low">The lower end, never below what was really counted; null where nothing is known of the error.</param>
/// <param name="High">The upper end, likewise.</param>
/// <param name="StandardError">Half the interval's width over 1.96; null where nothing is known of the error.</param>
/// <param name="Estimator">What made the estimate.</param>
public sealed record CountInterval(ulong? Low, ulong? High, double? StandardError, string Estimator)
{
    private const double Normal = 1.959964;

    /// <summary>
    /// The interval of the sum of two counts of the same event on different targets, whose errors are independent: their variances add up.
    /// </summary>
    internal static CountInterval? Sum(EventCount one, EventCount other, in Count sum)
    {
        if ((one.Interval ?? other.Interval) is not { } interval)
        {
            return null;
        }

        if (ErrorOf(one) is not { } first || ErrorOf(other) is not { } second)
        {
            return interval with { Low = null, High = null, StandardError = null };
        }

        var error = Math.Sqrt((first * first) + (second * second));
        var half = (ulong)Math.Ceiling(Normal * error);
        return interval with
        {
            Low = Math.Max(sum.Raw, sum.Value - Math.Min(half, sum.Value)),
            High = sum.Value + Math.Min(half, ulong.MaxValue - sum.Value),
            StandardError = error,
        };
    }

    // What was not counted at all is missing from the sum, and nobody knows how much that is; unless its target never ran.
    private static double? ErrorOf(EventCount count) =>
        count.Count.State == CountState.Counted || count.Count.TimeEnabled == 0 ? 0 : count.Interval?.StandardError;
}
