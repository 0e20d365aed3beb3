using Perfmon.Sets.Estimation;
using Perfmon.Tool.Plot;

namespace Perfmon.Tests.Tool;

/// <summary>The curve of an event's rate, as tables whose figures can be checked by hand.</summary>
public sealed class RateCurveTests
{
    private const ulong Millisecond = 1_000_000;

    // Student's t at 97.5 % for 4 degrees of freedom, and the normal distribution's quantile: from any table.
    private const double T4 = 2.776445;
    private const double Z = 1.959964;

    [Fact]
    public void A_constant_rate_is_flat_and_as_uncertain_as_a_Poisson_process()
    {
        // 2 ms in every 8: 100 events each are 50,000 a second. A bin is two rounds.
        var curve = Curve(Turns(0, 40, 8, _ => 100, duration: 2), 320);
        Assert.Equal(20, curve.Bins.Count);
        Assert.Equal(0.25, curve.ShareOfTime, 9);
        var half = Z * Math.Sqrt(200 + (Z * Z)) / 0.004 * Math.Sqrt(1 - 0.25);
        Assert.All(curve.Bins, bin => Expect(bin, 2, 50_000, 50_000 - half, 50_000 + half));
        Assert.Equal((0UL, 320 * Millisecond), (curve.Bins[0].Start, curve.Bins[^1].End));
        Assert.All(curve.Bins.Zip(curve.Bins.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
    }

    [Theory]
    [InlineData(new ulong[] { 50, 100, 150, 100, 100 }, 100_000, 1250)]
    [InlineData(new ulong[] { 1000, 0, 0, 0, 0 }, 200_000, 200_000)]
    [InlineData(new ulong[] { 1000, 2000, 3000, 4000, 5000 }, 3_000_000, 2_500_000)]
    public void Differences_between_the_slices_of_a_bin_give_its_band(ulong[] counts, double rate, double variance)
    {
        // 5 slices of 1 ms, half of the time; variance is that of the counts.
        var curve = Curve(Turns(0, 5, 2, i => counts[i]), 10, mostBins: 1);
        var half = T4 * Math.Sqrt(variance / 5) / 0.001 * Math.Sqrt(0.5);
        Expect(Assert.Single(curve.Bins), 5, rate, Math.Max(rate / 2, rate - half), rate + half);
    }

    [Fact]
    public void A_rate_is_weighted_by_time()
    {
        Slice[] slices = [At(0, 1, 100), At(2, 6, 1200), At(8, 1, 100)];
        Assert.Equal(1400 / 0.008, Assert.Single(Curve(slices, 10, mostBins: 1).Bins).Rate!.Value, 6);
    }

    [Fact]
    public void A_slice_across_a_border_counts_in_both_bins_and_neither_knows_more_for_it()
    {
        // The third slice has 1 ms in the first bin, which ends at 10 ms, and 3 in the second.
        var curve = Curve([At(0, 2, 0), At(4, 2, 0), At(9, 4, 10_000), At(14, 2, 0), At(18, 2, 0)], 20);
        Assert.Equal([500_000, 1_071_429], curve.Bins.Select(bin => Math.Round(bin.Rate!.Value)));

        // Σ((c - R d)²/d) / 4 with R = 10,000/12 in a millisecond. The noise of the third slice is in its whole count: 2, 2 and 1 of 4 ms are worth
        // as much as whole slices of 5²/4.25 ms.
        var variance = ((4 * 10_000.0 / 6 * 10_000.0 / 6 / 2) + (40_000.0 / 6 * 40_000.0 / 6 / 4)) / 4;
        var half = T4 * Math.Sqrt(variance / (25 / 4.25)) / 0.001 * Math.Sqrt(0.5);
        Expect(curve.Bins[0], 3, 500_000, 250_000, 500_000 + half);
    }

    [Fact]
    public void Where_nothing_was_counted_for_long_is_a_hole()
    {
        var curve = Curve([.. Turns(0, 10, 3, _ => 100), .. Turns(60, 10, 3, _ => 100)], 90);
        Assert.Equal(15, curve.Bins.Count);
        Assert.Equal([5, 6, 7, 8, 9], curve.Bins.Index().Where(bin => bin.Item.IsHole).Select(bin => bin.Index));
        Assert.All(curve.Bins.Where(bin => bin.IsHole), bin => Assert.Equal((0, null, null), (bin.Slices, bin.Low, bin.High)));
        Assert.All(curve.Bins.Where(bin => !bin.IsHole), bin => Assert.Equal((2, 100_000), (bin.Slices, Math.Round(bin.Rate!.Value, 6))));
    }

    [Fact]
    public void Turns_of_uneven_length_make_no_holes()
    {
        var random = new Random(1);
        var slices = new List<Slice>();
        var end = 0UL;
        for (var turn = 0; turn < 900; turn++)
        {
            var duration = (ulong)random.Next(700_000, 1_300_000);
            if (turn % 3 == 1)
            {
                slices.Add(new Slice(end, duration, 100));
            }

            end += duration;
        }

        Assert.DoesNotContain(RateCurve.Of(Series(slices), end).Bins, bin => bin.IsHole);
    }

    [Fact]
    public void A_bin_of_few_slices_has_the_spread_of_its_neighbours()
    {
        // Alike within each bin of two: the two alone would have the band of a Poisson process.
        var curve = Curve(Turns(0, 20, 4, i => i < 10 ? 10_000u : 30_000u), 80);
        // Slices 8 and 9 with 7, 10 and 6: 30,000 once and 10,000 four times.
        var half = T4 * Math.Sqrt(80_000_000 / 2) / 0.001 * Math.Sqrt(1 - 0.25);
        Expect(curve.Bins[4], 2, 10_000_000, Math.Max(2_500_000, 10_000_000 - half), 10_000_000 + half);
        // With five alike that is what is left.
        half = Z * Math.Sqrt(20_000 + (Z * Z)) / 0.002 * Math.Sqrt(1 - 0.25);
        Expect(curve.Bins[2], 2, 10_000_000, 10_000_000 - half, 10_000_000 + half);
    }

    [Fact]
    public void One_slice_tells_a_rate_where_it_is_and_no_error()
    {
        var curve = Curve([At(0, 1, 100)], 20);
        Assert.Equal(10, curve.Bins.Count);
        Expect(curve.Bins[0], 1, 100_000, null, null);
        Assert.All(curve.Bins.Skip(1), bin => Assert.True(bin.IsHole));
    }

    [Fact]
    public void What_was_counted_all_the_time_has_no_error()
    {
        var slices = Turns(0, 20, 1, i => (ulong)i).ToArray();
        Assert.All(Curve(slices, 20).Bins, bin => Assert.Equal((bin.Rate, bin.Rate), (bin.Low, bin.High)));
        var exact = RateCurve.Of(Series([At(0, 20, 100)]) with { IsExact = true }, 20 * Millisecond);
        Expect(Assert.Single(exact.Bins), 1, 5_000, 5_000, 5_000);
    }

    [Fact]
    public void An_event_that_was_never_seen_may_have_happened_in_between()
    {
        var bin = Assert.Single(Curve(Turns(0, 10, 10, _ => 0), 100, mostBins: 1).Bins);
        Expect(bin, 10, 0, 0, Z * Z / 0.010 * Math.Sqrt(0.9));
    }

    [Fact]
    public void Slices_of_no_duration_and_no_slices_tell_nothing()
    {
        Assert.Empty(Curve([], 20).Bins);
        Assert.Empty(Curve([At(0, 0, 5), At(3, 0, 7)], 20).Bins);
        Assert.Empty(Curve([At(0, 1, 5)], 0).Bins);
        Assert.Equal(0, Curve([], 0).ShareOfTime);
        Assert.Equal(
            Curve([At(0, 1, 100), At(4, 1, 100)], 8).Bins,
            Curve([At(0, 1, 100), At(1, 0, 9), At(4, 1, 100), At(5, 0, 9)], 8).Bins);
    }

    [Fact]
    public void There_are_no_more_bins_than_asked_for_and_none_is_shorter_than_a_nanosecond()
    {
        Assert.Equal(RateCurve.MostBins, Curve(Turns(0, 5_000, 2, _ => 1), 10_000).Bins.Count);
        Assert.Equal(7, Curve(Turns(0, 5_000, 2, _ => 1), 10_000, mostBins: 7).Bins.Count);
        Assert.All(RateCurve.Of(Series([new(0, 1, 1), new(1, 1, 1), new(2, 1, 1)]), 3).Bins, bin => Assert.True(bin.End > bin.Start));
    }

    [Fact]
    public void Numbers_at_the_end_of_64_bits_stay_numbers()
    {
        var curve = RateCurve.Of(Series([new(0, 1, ulong.MaxValue), new(ulong.MaxValue - 1, ulong.MaxValue, ulong.MaxValue)]), ulong.MaxValue);
        Assert.All(curve.Bins.Where(bin => !bin.IsHole), bin => Assert.True(double.IsFinite(bin.High!.Value) && bin.Low >= 0));
        Assert.InRange(curve.ShareOfTime, 0, 1);
    }

    [Theory]
    [InlineData(null, 1, 1000, 1_000_000, "/s")]
    [InlineData("ns", 1, 500_000, 0.5, "CPUs")]
    [InlineData("Joules", 0.25, 4, 1000, "Joules/s")]
    public void Rates_are_in_the_unit_of_the_event(string? unit, double scale, ulong count, double rate, string rateUnit)
    {
        var series = new RateSeries("event", unit, 0, true, [At(0, 1, count)]) { Scale = scale };
        Assert.Equal(rateUnit, series.RateUnit);
        Expect(Assert.Single(RateCurve.Of(series, Millisecond).Bins), 1, rate, rate, rate);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Bands_hold_the_true_mean_in_95_of_100_bins(double noise)
    {
        // Every millisecond has its own mean; a set counts one in four, and the truth is known for all.
        var random = new Random(7);
        var (held, bins) = (0, 0);
        for (var run = 0; run < 20; run++)
        {
            ulong[] truth = [.. Enumerable.Range(0, 9_600).Select(_ => Count(random, 100 * (1 + (noise * Normal(random)))))];
            foreach (var bin in Curve(Turns(0, 2_400, 4, i => truth[4 * i]), 9_600).Bins)
            {
                var (first, last) = ((int)(bin.Start / Millisecond), (int)(bin.End / Millisecond));
                var mean = truth[first..last].Sum(count => (double)count) / (last - first) * 1000;
                held += mean >= bin.Low && mean <= bin.High ? 1 : 0;
                bins++;
            }
        }

        Assert.Equal(20 * RateCurve.MostBins, bins);
        Assert.InRange((double)held / bins, 0.94, 0.975);
    }

    private static void Expect(RateBin bin, int slices, double rate, double? low, double? high)
    {
        const double Relative = 1e-6;
        Assert.Equal(slices, bin.Slices);
        Near(rate, bin.Rate);
        Near(low, bin.Low);
        Near(high, bin.High);

        static void Near(double? expected, double? actual)
        {
            Assert.Equal(expected is null, actual is null);
            Assert.InRange(actual ?? 0, (expected ?? 0) * (1 - Relative), (expected ?? 0) * (1 + Relative));
        }
    }

    private static RateCurve Curve(IEnumerable<Slice> slices, ulong milliseconds, int mostBins = RateCurve.MostBins) =>
        RateCurve.Of(Series([.. slices]), milliseconds * Millisecond, mostBins);

    private static RateSeries Series(IReadOnlyList<Slice> slices) => new("event", null, 0, false, slices);

    private static Slice At(ulong start, ulong duration, ulong count) => new(start * Millisecond, duration * Millisecond, count);

    private static IEnumerable<Slice> Turns(int start, int number, int every, Func<int, ulong> count, ulong duration = 1) =>
        Enumerable.Range(0, number).Select(i => At((ulong)(start + (i * every)), duration, count(i)));

    private static ulong Count(Random random, double mean) => (ulong)Math.Max(0, Math.Round(mean + (Math.Sqrt(Math.Max(0, mean)) * Normal(random))));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
