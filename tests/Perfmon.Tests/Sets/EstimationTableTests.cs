using MathNet.Numerics.Distributions;
using Perfmon.Sets.Estimation;
using Perfmon.Session;

namespace Perfmon.Tests.Sets;

/// <summary>Estimates and intervals that were computed by hand.</summary>
public sealed class EstimationTableTests
{
    // Two slices of 10 ns at 0 and 20 of 40 ns: 10 events in a nanosecond, then 20. The reference counts half of it in the slices, 90 between them and 30 after.
    private static readonly Slice[] s_two = [new(0, 10, 100, 0, 50), new(20, 10, 200, 140, 100)];
    private static readonly Extent s_twoExtent = new(40, 270);

    // Slices of 10 ns every 20 ns that alternate between 100 and 300 events in a nanosecond.
    private static readonly Slice[] s_alternating = [new(0, 10, 1000), new(20, 10, 3000), new(40, 10, 1000), new(60, 10, 3000)];

    [Theory]
    [InlineData("constant-ratio", 600)] // 300 * 40 / 20
    [InlineData("trapezoid", 650)] // 300 + 10 * (10 + 20) / 2 + 10 * 20
    [InlineData("reference-ratio", 540)] // 300 * 270 / 150
    public void A_total_of_two_slices(string kind, ulong value)
    {
        var estimate = Of(kind, s_twoExtent, s_two);

        Assert.Equal(
            (CountState.Estimated, value, 300UL, 20UL, 40UL, 2L),
            (estimate.State, estimate.Value, estimate.Counted, estimate.TimeCounted, estimate.Time, estimate.Slices));
        Assert.Equal(0.5, estimate.ShareOfTime);
    }

    // A slope of 4 events for one of the reference, and 1000 events that come without it: 1000 + 4 r in each slice of 10 ns.
    [Fact]
    public void A_slope_that_is_not_the_ratio_is_learnt()
    {
        ulong[] references = [100, 300, 200, 500, 100, 400, 200, 600, 300, 100, 500, 200];
        var slices = references.Select((r, i) => new Slice((ulong)i * 20, 10, 1000 + (4 * r), (ulong)references.Take(i).Sum(one => (double)one + 250), r));
        var extent = new Extent(240, 3500 + (12 * 250));

        Assert.Equal((ulong)((24 * 1000) + (4 * 6500)), Of("reference-ratio", extent, [.. slices]).Value);
    }

    // The rates change by different factors, 1 to 4 of the event and 2 to 3 of the reference, at 24: 8 ns into the gap of 10, as its count of 2*8 + 3*2 says.
    [Fact]
    public void A_step_in_a_gap_is_placed_by_the_reference()
    {
        const ulong Scale = 1_000_000;
        ulong time = 0, reference = 0, truth = 0;
        var slices = new List<Slice>();
        for (var turn = 0; turn < 24; turn++)
        {
            var inSecond = turn < 11 ? 0UL : turn > 11 ? 10UL : 2UL;
            var count = Scale * ((10 - inSecond) + (4 * inSecond));
            var ofReference = Scale * ((2 * (10 - inSecond)) + (3 * inSecond));
            if (turn % 2 == 0)
            {
                slices.Add(new Slice(time, 10, count, reference, ofReference));
            }

            (time, reference, truth) = (time + 10, reference + ofReference, truth + count);
        }

        var extent = new Extent(time, reference);

        Assert.Equal(5.0 * 3 * Scale - (2.0 * 3 * Scale), Of("trapezoid", extent, [.. slices]).Value - (double)truth);
        Assert.InRange(Of("reference-ratio", extent, [.. slices]).Value - (double)truth, -0.5 * Scale, 0.5 * Scale);
    }

    [Fact]
    public void An_interval_of_slices_that_differ()
    {
        var estimate = Of("trapezoid", new(80), s_alternating);

        // The second and the third slice differ by 2000 from the mean of their neighbours, which has half their noise: 2 * 2000² / 1.5, and each stands
        // for 1 of its own: times 1² + 1. The first stands for 0.5, the last for 1.5. In the last gap the rate may change on by 200 / 20 * 10 in the middle.
        var variance = (2 * 2 * 4e6 / 1.5) + ((0.75 + 3.75) * 4e6 / 1.5) + (1000.0 * 1000);
        var freedom = 2 / 1.9444;
        Assert.Equal(17000UL, estimate.Value);
        Assert.Equal(freedom, estimate.DegreesOfFreedom, 3);
        Assert.Equal(StudentT.InvCDF(0, 1, freedom, 0.975) * Math.Sqrt(variance) / 1.959964, estimate.StandardError!.Value, 1e-3);
        Assert.Equal(8000UL, estimate.Low);
        Assert.Equal(17000 + Math.Ceiling(1.959964 * estimate.StandardError!.Value), estimate.High!.Value, 1.0);
    }

    // Many equal slices with equal gaps: N² (1-f)/n * Σ(second differences)²/6(n-2), but for the two ends.
    [Fact]
    public void An_interval_is_that_of_second_differences()
    {
        const int Count = 2000;
        var counts = Enumerable.Range(0, Count).Select(i => 1_000_000 + (1000.0 * (i * 7919 % 101))).ToArray();
        var estimate = Of("trapezoid", new(30 * Count), [.. counts.Select((c, i) => new Slice((ulong)i * 30, 10, (ulong)c))]);

        var differences = Enumerable.Range(1, Count - 2).Sum(i => Math.Pow(counts[i - 1] - (2 * counts[i]) + counts[i + 1], 2));
        var variance = 9.0 * Count * Count * (1 - (1.0 / 3)) / Count * differences / (6 * (Count - 2));
        Assert.Equal(1, estimate.StandardError!.Value / Math.Sqrt(variance), 0.01);
    }

    // 98 differences that are alike, half of which count since neighbouring ones share slices; or three around the one slice that differs: of squares 1, 4 and 1
    // it is 3 (1 + 4 + 1)² / (1 + 16 + 1) / 1.9444.
    [Theory]
    [InlineData(true, 98 / 1.9444)]
    [InlineData(false, 6 / 1.9444)]
    public void Degrees_of_freedom_are_of_the_differences_that_matter(bool all, double freedom)
    {
        var slices = Enumerable.Range(0, 100).Select(i => new Slice((ulong)i * 20, 10, (all ? i % 2 == 0 : i == 50) ? 3000UL : 1000UL));

        Assert.Equal(freedom, Of("trapezoid", new(1990), [.. slices]).DegreesOfFreedom, 1e-2);
    }

    [Theory]
    [InlineData(100, 800, 744, 856)] // 1.96 * sqrt((400 + 3.84) * 80/40 * 40/40) = 55.7
    [InlineData(0, 0, 0, 6)] // 1.96 * sqrt(3.84 * 2) = 5.4: nothing counted is not nothing there
    public void An_interval_of_equal_slices_is_that_of_counting(ulong each, ulong value, ulong low, ulong high)
    {
        foreach (var kind in EstimatorKinds.All)
        {
            var estimate = Of(kind.Name, new(80), [new(0, 10, each), new(20, 10, each), new(40, 10, each), new(60, 10, each)]);

            Assert.Equal((value, low, high), (estimate.Value, estimate.Low, estimate.High));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_told_of_nothing(string kind)
    {
        Assert.Equal(CountState.NotCounted, Of(kind, new(1000, 1000)).State);
        var withoutTime = Of(kind, new(1000), new Slice(5, 0, 7));
        Assert.Equal((CountState.NotCounted, 0UL, 7UL), (withoutTime.State, withoutTime.Value, withoutTime.Counted));
        Assert.Null(withoutTime.Low);
        Assert.Equal("not counted", withoutTime.ToString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_slice_gives_a_value_without_an_interval(string kind)
    {
        var estimate = Of(kind, new(100, 400), new Slice(25, 25, 50, 100, 100));

        Assert.Equal((CountState.Estimated, 200UL), (estimate.State, estimate.Value));
        Assert.Null(estimate.Low);
        Assert.Null(estimate.High);
        Assert.Null(estimate.StandardError);
        Assert.Equal("200 (error unknown, 25.0 % of the time)", estimate.ToString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Time_that_is_covered_is_exact(string kind)
    {
        var estimate = Of(kind, new(30, 60), new Slice(0, 10, 5, 0, 10), new Slice(10, 10, 500, 10, 40), new Slice(20, 10, 1, 50, 10));

        Assert.Equal((CountState.Counted, 506UL, 506UL, 506UL, 0.0), (estimate.State, estimate.Value, estimate.Low, estimate.High, estimate.StandardError));
        Assert.Equal("506", estimate.ToString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Counts_of_64_bits_are_exact_and_beyond_them_stay_at_the_end(string kind)
    {
        const ulong Half = 1UL << 62;
        var slices = new[] { new Slice(0, 1000, Half, 0, 1000), new Slice(2000, 1000, Half, 2000, 1000) };

        Assert.Equal(ulong.MaxValue, Of(kind, new(4000, 4000), slices).Value);
        Assert.Equal(ulong.MaxValue, Of(kind, new(4000, 4000), slices).High);
        Assert.Equal(2 * Half, Of(kind, new(2000, 2000), slices).Value);
    }

    // 3 * 2⁶⁰ + 3, of which a double keeps 53 bits.
    [Fact]
    public void Constant_ratio_is_exact_in_integers() =>
        Assert.Equal((3UL << 60) + 3, Of("constant-ratio", new(3), new Slice(0, 1, (1UL << 60) + 1)).Value);

    // The third slice is a tenth of the others: its 9 events in 1 ns are counted, and do not stand for the gaps beside it.
    [Fact]
    public void A_slice_much_shorter_than_the_others_stands_for_no_gap()
    {
        var estimate = Of("trapezoid", new(60), new Slice(0, 10, 10), new Slice(20, 10, 10), new Slice(35, 1, 9), new Slice(40, 10, 10));

        Assert.Equal(39UL + 10 + 9 + 10, estimate.Value);
        Assert.Equal((3L, 31UL), (estimate.Slices, estimate.TimeCounted));
    }

    [Fact]
    public void An_estimate_reads_well() => Assert.Equal(
        "800 (744 to 856, 50.0 % of the time)",
        Of("trapezoid", new(80), [new(0, 10, 100), new(20, 10, 100), new(40, 10, 100), new(60, 10, 100)]).ToString());

    [Fact]
    public void Every_kind_is_found_by_its_name()
    {
        foreach (var kind in EstimatorKinds.All)
        {
            Assert.Same(kind, EstimatorKinds.Find(kind.Name.ToUpperInvariant()));
            Assert.Same(kind, kind.Create().Kind);
        }

        Assert.Contains(EstimatorKinds.Default, EstimatorKinds.All);
        Assert.Null(EstimatorKinds.Find("none"));
    }

    public static TheoryData<string> Kinds() => [.. EstimatorKinds.All.Select(kind => kind.Name)];

    private static Estimate Of(string kind, Extent extent, params ReadOnlySpan<Slice> slices)
    {
        var estimator = EstimatorKinds.Find(kind)!.Create();
        foreach (var slice in slices)
        {
            estimator.Add(slice);
        }

        return estimator.Read(extent);
    }
}
