using Perfmon.Session;
using Perfmon.Sets.Estimation;

namespace Perfmon.Sets;

/// <summary>
/// Makes an estimate of the active time one of all the monitored time, which has in it what went by between two sets. What the target did then is in no count. It is
/// taken for the same as at other times, and its error for as great as itself.
/// </summary>
internal static class Uncovered
{
    // Starts and stops of clocks and counters are some microseconds apart.
    private const double Negligible = 0.001;
    private const double Normal = 1.959964;

    public static Estimate Include(in Estimate estimate, ulong? monitored)
    {
        if (estimate.State == CountState.NotCounted || estimate.Time == 0 || monitored is not { } all || all < estimate.Time * (1 + Negligible))
        {
            return estimate;
        }

        var factor = (double)all / estimate.Time;
        var value = estimate.Value * factor;
        var missing = value - estimate.Value;
        var error = estimate.StandardError is { } known ? Math.Sqrt(Square(known * factor) + Square(missing / Normal)) : (double?)null;
        return estimate with
        {
            State = CountState.Estimated,
            Value = (ulong)Math.Round(value),
            Low = error is null ? null : Math.Max(estimate.Counted, (ulong)Math.Max(0, value - (Normal * error.Value))),
            High = error is null ? null : (ulong)Math.Ceiling(value + (Normal * error.Value)),
            StandardError = error,
            Time = all,
        };
    }

    private static double Square(double number) => number * number;
}
