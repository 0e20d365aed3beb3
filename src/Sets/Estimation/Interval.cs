using MathNet.Numerics.Distributions;

namespace Perfmon.Sets.Estimation;

/// <summary>The 95 % interval around an estimate.</summary>
internal static class Interval
{
    /// <summary>The normal distribution's quantile at 97.5 %.</summary>
    public const double Normal = 1.959964;

    /// <summary>
    /// Student's t times the square root of the variance, but no less than what counting alone leaves unknown: a Poisson process of the same rate would vary by
    /// (c + z²) T (T-A)/A², A of the time T counted. The z² is Wilson's: where nothing was counted it leaves about the three events that may
    /// have been missed. A variance beyond all numbers leaves the error unknown.
    /// </summary>
    public static Estimate Around(in Estimate estimate, double variance, double degreesOfFreedom)
    {
        var t = StudentT.InvCDF(location: 0, scale: 1, freedom: degreesOfFreedom, p: 0.975);
        double active = estimate.TimeCounted;
        double time = estimate.Time;
        var counting = (estimate.Counted + (Normal * Normal)) * (time / active) * ((time - active) / active);
        var half = Math.Max(t * Math.Sqrt(variance), Normal * Math.Sqrt(counting));
        if (!double.IsFinite(half))
            return estimate;

        return estimate with
        {
            Low = Math.Max(estimate.Counted, Saturating.Subtract(estimate.Value, Saturating.From(Math.Ceiling(half)))),
            High = Saturating.Add(estimate.Value, Saturating.From(Math.Ceiling(half))),
            StandardError = half / Normal,
            DegreesOfFreedom = degreesOfFreedom,
        };
    }
}
