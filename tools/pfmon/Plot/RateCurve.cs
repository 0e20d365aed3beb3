using Perfmon.Sets.Estimation;

namespace Perfmon.Tool.Plot;

/// <summary>
/// An event's rate over time, in bins of equal length. A bin's rate is the time-weighted mean of the rates of its slices, which is the sum of their
/// counts over the sum of their durations. A slice across a border counts in both bins, in proportion to the time, as if its rate were the same all
/// over it.
/// </summary>
internal sealed class RateCurve
{
    /// <summary>As many bins as can be told apart in a drawing.</summary>
    public const int MostBins = 240;

    // A bin that is as long as two rounds of the sets is a hole only where the set waited for longer than usual. One round to a bin would make holes
    // wherever turns drift across borders.
    private const int RoundsPerBin = 2;

    // With fewer slices Student's t is so large that the interval says little: 12.7 with two slices, 2.8 with five.
    private const int FewestForSpread = 5;

    private RateCurve(IReadOnlyList<RateBin> bins, double shareOfTime)
    {
        Bins = bins;
        ShareOfTime = shareOfTime;
    }

    /// <summary>The bins, from 0 to the extent without gaps; none where no slice tells a rate.</summary>
    public IReadOnlyList<RateBin> Bins { get; }

    /// <summary>The share of the time in which the event was counted, 0 to 1.</summary>
    public double ShareOfTime { get; }

    /// <summary>The curve of <paramref name="series"/>. Slices of no duration tell no rate and are left out.</summary>
    /// <param name="series">The event.</param>
    /// <param name="extent">The end of the time, in nanoseconds of active time. What is beyond it is left out.</param>
    /// <param name="mostBins">How many bins the curve has at most, above 0. Where there are few slices it has one for two of them.</param>
    public static RateCurve Of(RateSeries series, ulong extent, int mostBins = MostBins)
    {
        var slices = series.Slices.Where(slice => slice.Duration > 0 && slice.Start < extent).ToArray();
        var bins = new RateBin[slices.Length == 0 ? 0 : Math.Clamp(extent / RoundsPerBin / RoundOf(slices), 1, (ulong)mostBins)];
        var first = 0;
        for (var i = 0; i < bins.Length; i++)
        {
            var start = Border(i, bins.Length, extent);
            var end = Border(i + 1, bins.Length, extent);
            while (first < slices.Length && Overlap(slices[first], start, ulong.MaxValue) == 0)
            {
                first++;
            }

            var last = first;
            while (last < slices.Length && slices[last].Start < end)
            {
                last++;
            }

            bins[i] = Bin(series, slices, first..last, start, end);
        }

        return new RateCurve(bins, Math.Min(1, slices.Sum(slice => (double)Overlap(slice, 0, extent)) / Math.Max(1, extent)));
    }

    /// <summary>
    /// How long it usually is from one of the set's turns to the next, in nanoseconds: the median, so that a long wait makes a hole and not longer
    /// bins. Of a slice alone it is the duration.
    /// </summary>
    private static ulong RoundOf(Slice[] slices)
    {
        if (slices.Length == 1)
        {
            return slices[0].Duration;
        }

        var rounds = slices.Zip(slices.Skip(1), (slice, next) => next.Start - slice.Start).Order().ToArray();
        return Math.Max(1, rounds[rounds.Length / 2]);
    }

    private static RateBin Bin(RateSeries series, Slice[] slices, Range inside, ulong start, ulong end)
    {
        double counted = 0;
        double duration = 0;
        double inverse = 0;
        foreach (var slice in slices.AsSpan(inside))
        {
            double overlap = Overlap(slice, start, end);
            counted += slice.Count * (overlap / slice.Duration);
            duration += overlap;
            inverse += overlap * (overlap / slice.Duration);
        }

        var number = inside.End.Value - inside.Start.Value;
        if (number == 0)
        {
            return new RateBin(start, end, number, null, null, null);
        }

        var rate = counted / duration;
        var share = Math.Min(1, duration / (end - start));
        // A slice's noise is in its whole count, however little of it lies in the bin: the bin knows its rate as well as slices of this duration would.
        var effective = duration * (duration / inverse);
        var half = series.IsExact ? 0 : RateBand.HalfWidth(slices.AsSpan(Neighbourhood(slices, inside)), rate, effective, share);
        // What was counted in the bin is at least its count.
        double? low = half is null ? null : Math.Max(rate * share, rate - half.Value);
        return new RateBin(start, end, number, rate, low, rate + half).Times(series.RateScale);
    }

    /// <summary>
    /// The slices whose spread stands for that of a bin's: its own and, where these are few, the nearest before and after it. One slice alone says nothing of
    /// how slices differ, and the Poisson error alone would be far too small for events that come in bursts.
    /// </summary>
    private static Range Neighbourhood(Slice[] slices, Range inside)
    {
        var (first, last) = (inside.Start.Value, inside.End.Value);
        while (last - first < FewestForSpread && last - first < slices.Length)
        {
            var before = first > 0 ? slices[inside.Start].Start - slices[first - 1].Start : ulong.MaxValue;
            var after = last < slices.Length ? slices[last].Start - slices[inside.End.Value - 1].Start : ulong.MaxValue;
            (first, last) = before <= after && first > 0 ? (first - 1, last) : (first, last + 1);
        }

        return first..last;
    }

    private static ulong Border(int number, int bins, ulong extent) => (ulong)((UInt128)extent * (ulong)number / (ulong)bins);

    // Differences only: sums of times may not fit.
    private static ulong Overlap(in Slice slice, ulong start, ulong end)
    {
        var skipped = slice.Start < start ? start - slice.Start : 0;
        var from = Math.Max(slice.Start, start);
        return skipped >= slice.Duration || from >= end ? 0 : Math.Min(slice.Duration - skipped, end - from);
    }
}
