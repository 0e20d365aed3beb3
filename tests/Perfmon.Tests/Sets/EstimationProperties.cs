using FsCheck;
using FsCheck.Fluent;
using Perfmon.Session;
using Perfmon.Sets.Estimation;
using Perfmon.Tests.Sets.Simulation;

namespace Perfmon.Tests.Sets;

/// <summary>What holds of every estimator, whatever the slices.</summary>
public sealed class EstimationProperties
{
    private static readonly ulong[] s_edges = [0, 1, 2, 1000, uint.MaxValue, 1UL << 53, ulong.MaxValue / 2, ulong.MaxValue - 1, ulong.MaxValue];

    private static readonly Gen<ulong> s_number = Gen.OneOf(
        Gen.Elements(s_edges), Gen.Choose(0, 5000).Select(value => (ulong)value), Gen.Choose(0, int.MaxValue).Select(value => (ulong)value << 20));

    private static readonly Gen<Slice> s_anySlice =
        from start in s_number
        from duration in s_number
        from count in s_number
        from referenceStart in s_number
        from reference in s_number
        select new Slice(start, duration, count, referenceStart, reference);

    [Fact]
    public void Any_input_gives_numbers_in_order() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(s_anySlice.ListOf().ToArbitrary(), Gen.Zip(s_number, s_number).ToArbitrary(), (slices, end) =>
        {
            foreach (var kind in EstimatorKinds.All)
            {
                var estimator = kind.Create();
                foreach (var slice in slices)
                {
                    estimator.Add(slice);
                    AssertInOrder(estimator.Read(new Extent(end.Item1, end.Item2)));
                }
            }
        }));

    // Multiplying by a power of two leaves the bits of a double alone: what is left of a difference is the rounding of the result.
    [Fact]
    public void Counts_and_times_have_no_unit() => ForRuns((run, kind) =>
    {
        var slices = run.Sets[0];
        var plain = Read(kind, run.Extent, slices);
        var counts = Read(kind, run.Extent, slices.Select(slice => slice with { Count = 1024 * slice.Count }));
        var times = Read(
            kind, run.Extent with { Time = 1024 * run.Extent.Time }, slices.Select(slice => slice with { Start = 1024 * slice.Start, Duration = 1024 * slice.Duration }));
        var references = Read(
            kind,
            run.Extent with { Reference = 1024 * run.Extent.Reference },
            slices.Select(slice => slice with { ReferenceStart = 1024 * slice.ReferenceStart, Reference = 1024 * slice.Reference }));

        Assert.InRange(counts.Value / 1024.0, plain.Value - 1.0, plain.Value + 1.0);
        Assert.InRange(references.Value, plain.Value * 0.9999, plain.Value * 1.0001);
        Assert.InRange(times.Value, plain.Value * 0.9999, plain.Value * 1.0001);
        Assert.InRange(times.StandardError!.Value / plain.StandardError!.Value, 0.99, 1.01);
    });

    [Fact]
    public void A_constant_rate_is_found_exactly() => ForRuns((run, kind) =>
    {
        var steady = Read(
            kind,
            new Extent(run.Extent.Time, 5 * run.Extent.Time),
            run.Sets[0].Select(slice => new Slice(slice.Start, slice.Duration, 3 * slice.Duration, 5 * slice.Start, 5 * slice.Duration)));

        Assert.Equal(3.0 * run.Extent.Time, steady.Value, 1.0);
    });

    // A rate of 2t: what is counted from a to b is b² - a².
    [Fact]
    public void A_linear_trend_between_the_first_and_the_last_slice_is_found_exactly()
    {
        var random = new Randomness(11);
        for (var run = 0; run < 50; run++)
        {
            ulong time = 0, last = 0;
            var slices = new List<Slice>();
            for (var turn = 0; turn < 41; turn++)
            {
                var duration = (ulong)random.Uniform(500, 1500);
                if (turn % 4 == 0)
                {
                    slices.Add(new Slice(time, duration, Squares(time, time + duration), 7 * time, 7 * duration));
                    last = time + duration;
                }

                time += duration;
            }

            Assert.Equal((double)Squares(0, last), Read(Trapezoid.Description, new(last, 7 * last), slices).Value, 2.0);
            Assert.Equal((double)Squares(0, last), Read(ReferenceRatio.Description, new(last, 7 * last), slices).Value, 2.0);
        }

        static ulong Squares(ulong from, ulong to) => (to * to) - (from * from);
    }

    [Fact]
    public void Without_a_reference_the_reference_ratio_is_the_trapezoid() => ForRuns((run, kind) =>
    {
        var slices = run.Sets[^1].Select(slice => slice with { Reference = 0, ReferenceStart = 0 }).ToList();

        Assert.Equal(Read(Trapezoid.Description, new(run.Extent.Time), slices), Read(ReferenceRatio.Description, new(run.Extent.Time), slices));
    });

    [Fact]
    public void The_order_of_slices_changes_no_constant_ratio() => ForRuns((run, kind) =>
        Assert.Equal(Read(ConstantRatio.Description, run.Extent, run.Sets[0]).Value, Read(ConstantRatio.Description, run.Extent, run.Sets[0].Reverse()).Value));

    [Fact]
    public void All_of_the_time_is_exact_however_it_is_cut() => ForRuns((run, kind) =>
    {
        var all = run.Sets.SelectMany(set => set).OrderBy(slice => slice.Start);
        var estimate = Read(kind, run.Extent, all);

        Assert.Equal((CountState.Counted, run.Truth, run.Truth, run.Truth), (estimate.State, estimate.Value, estimate.Low, estimate.High));
    });

    [Fact]
    public void Reading_changes_nothing_and_adding_allocates_nothing() => ForRuns((run, kind) =>
    {
        var estimator = kind.Create();
        var slices = run.Sets[0].ToArray();
        Add(estimator, slices.AsSpan(..2));
        _ = estimator.Read(run.Extent);
        Add(estimator, slices.AsSpan(2..3));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Add(estimator, slices.AsSpan(3..));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Read(kind, run.Extent, slices), estimator.Read(run.Extent));

        static void Add(IEstimator estimator, ReadOnlySpan<Slice> slices)
        {
            foreach (ref readonly var slice in slices)
            {
                estimator.Add(slice);
            }
        }
    });

    private static void AssertInOrder(in Estimate estimate)
    {
        Assert.True(double.IsFinite(estimate.DegreesOfFreedom) && estimate.DegreesOfFreedom >= 0);
        Assert.InRange(estimate.ShareOfTime, 0, 1);
        if (estimate.State != CountState.NotCounted)
        {
            Assert.True(estimate.Value >= estimate.Counted);
        }

        if (estimate.Low is { } low)
        {
            Assert.True(estimate.Counted <= low && low <= estimate.Value && estimate.Value <= estimate.High);
            Assert.True(double.IsFinite(estimate.StandardError!.Value) && estimate.StandardError >= 0);
        }
    }

    // A run of each kind of program for each estimator.
    private static void ForRuns(Action<SimulatedRun, EstimatorKind> check)
    {
        var random = new Randomness(7);
        foreach (var program in ProgramKind.All)
        {
            var run = SimulatedRun.Of(program, 3, 10, Trial.Jitter, random);
            foreach (var kind in EstimatorKinds.All)
            {
                check(run, kind);
            }
        }
    }

    private static Estimate Read(EstimatorKind kind, Extent extent, IEnumerable<Slice> slices)
    {
        var estimator = kind.Create();
        foreach (var slice in slices)
        {
            estimator.Add(slice);
        }

        return estimator.Read(extent);
    }
}
