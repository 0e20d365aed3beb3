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

    // A reading or a stop in the middle of a turn says nothing of the program.
    [Fact]
    public void Slices_that_adjoin_are_one()
    {
        Slice[] whole = [new(0, 90, 900, 0, 45), new(200, 100, 3000, 145, 50), new(400, 100, 1000, 245, 60), new(600, 100, 3000, 355, 40)];
        Slice[] cut =
        [
            new(0, 1, 700, 0, 5), new(1, 89, 200, 5, 40), new(200, 99, 1, 145, 50), new(299, 1, 2999, 195, 0), new(400, 100, 1000, 245, 60),
            new(600, 50, 3000, 355, 20), new(650, 40, 0, 375, 20), new(690, 10, 0, 395, 0),
        ];
        var extent = new Extent(900, 500);

        foreach (var kind in EstimatorKinds.All)
        {
            Assert.Equal(Of(kind.Name, extent, whole), Of(kind.Name, extent, cut));
        }
    }

    // A clock counts what the time tells already, but for some nanoseconds of when it is read, and once a millisecond in which a thread was away.
    [Fact]
    public void A_reference_that_is_a_clock_teaches_no_slope()
    {
        const int Turns = 100;
        const ulong Turn = 1_000_000;
        ulong reference = 0, unsteady = 12345;
        var slices = new List<Slice>();
        for (var turn = 0UL; turn < Turns; turn++)
        {
            unsteady = (unsteady * 1103515245 + 12345) % 2147483648;
            var ofReference = Turn + (unsteady % 21) - 10 + (turn == 60 ? Turn : 0);
            if (turn % 3 == 0)
            {
                slices.Add(new Slice(turn * Turn, Turn, 1000 + (unsteady / 64 % 400), reference, ofReference));
            }

            reference += ofReference;
        }

        var extent = new Extent(Turns * Turn, reference);
        var (followed, without) = (Of("reference-ratio", extent, [.. slices]), Of("trapezoid", extent, [.. slices]));
        Assert.Equal(without.Value, followed.Value, without.Value * 0.02);
        Assert.InRange(followed.StandardError!.Value, 0.5 * without.StandardError!.Value, 3 * without.StandardError!.Value);
    }

    // At the end the set has no turn for as long as twenty were. That the last two differ by chance does not foretell of all that time.
    [Fact]
    public void A_long_gap_at_an_end_has_an_interval_of_the_gaps_size()
    {
        Slice[] slices = [.. Enumerable.Range(0, 20).Select(i => new Slice((ulong)i * 2_000_000, 1_000_000, i == 19 ? 1300UL : 1000UL + (ulong)(i * 7919 % 101)))];
        var estimate = Of("trapezoid", new(80_000_000), slices);

        Assert.InRange(estimate.High!.Value - (double)estimate.Value, 10_000, 2 * estimate.Value);
    }

    [Fact]
    public void The_rest_of_a_turn_at_the_beginning_is_no_rate()
    {
        Slice[] rest = [new(0, 1000, 1000), .. Enumerable.Range(1, 20).Select(i => new Slice((ulong)i * 2_000_000, 1_000_000, 1000 + (ulong)(i * 7919 % 101)))];
        var (with, without) = (Of("trapezoid", new(42_000_000), rest), Of("trapezoid", new(42_000_000), [.. rest.Skip(1)]));

        Assert.InRange(with.Value - (double)without.Value, 900, 1000);
        Assert.Equal(without.StandardError!.Value, with.StandardError!.Value, without.StandardError!.Value * 0.05);
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
