using MathNet.Numerics.Distributions;
using Perfmon.Sets.Estimation;

namespace Perfmon.Tool.Plot;

/// <summary>
/// The 95 % interval of a mean rate that was counted in slices. For counts whose variance is in proportion to the time, <c>λ d</c>, the best
/// linear estimate of the rate is <c>R = Σc/Σd</c>; it varies by <c>(1-f) λ/Σd</c>, where f is the share of the time that was counted, and
/// <c>λ = Σ((c - R d)²/d) / (n-1)</c> (Cochran, Sampling Techniques, 3rd edition, 1977, chapter 6, on the conditions under which a ratio estimate is
/// best). Student's t with n-1 degrees of freedom makes it an interval.
/// </summary>
internal static class RateBand
{
    private const double Quantile = 0.975;

    // The normal distribution's quantile.
    private const double Normal = 1.959964;

    /// <summary>
    /// Half the interval's width, in events in a nanosecond; null where fewer than two slices say how slices differ. It is no less than the error of a
    /// Poisson process, whose counts vary by <c>R d</c>; the z² of Wilson's interval leaves some events where none was counted.
    /// </summary>
    /// <param name="slices">The slices that λ is taken from. None is of no duration.</param>
    /// <param name="rate">R, in events in a nanosecond.</param>
    /// <param name="duration">Σd of the slices that the rate is of, in nanoseconds.</param>
    /// <param name="share">f, 0 to 1.</param>
    public static double? HalfWidth(ReadOnlySpan<Slice> slices, double rate, double duration, double share)
    {
        if (slices.Length < 2)
        {
            return null;
        }

        var t = StudentT.InvCDF(location: 0, scale: 1, freedom: slices.Length - 1, p: Quantile);
        var spread = t * Math.Sqrt(VarianceInTime(slices) / duration);
        var counting = Normal * Math.Sqrt(rate * duration + (Normal * Normal)) / duration;
        return Math.Sqrt(1 - share) * Math.Max(spread, counting);
    }

    private static double VarianceInTime(ReadOnlySpan<Slice> slices)
    {
        double count = 0;
        double duration = 0;
        foreach (var slice in slices)
        {
            count += slice.Count;
            duration += slice.Duration;
        }

        double squares = 0;
        foreach (var slice in slices)
        {
            var residual = slice.Count - (count * (slice.Duration / duration));
            squares += residual * (residual / slice.Duration);
        }

        return squares / (slices.Length - 1);
    }
}
