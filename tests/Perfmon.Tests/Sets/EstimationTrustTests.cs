using Perfmon.Session;
using Perfmon.Sets.Estimation;
using Perfmon.Tests.Sets.Simulation;

namespace Perfmon.Tests.Sets;

/// <summary>The reference event must agree between sets.</summary>
public sealed class EstimationTrustTests
{
    private static readonly ProgramKind s_inStep = new("in step", random => Repeat(new Piece(10, 1e4, 1e6), new Piece(10, 3e4, 2e6)));

    // Counted 4100 and 3900 of 8000 by halves of the time: 8200 and 7800, with errors of 100: z is 2, chi-square (1 - 1/2) (4 + 4).
    [Fact]
    public void Chi_square_of_two_sets()
    {
        var check = TrustCheck.Of([Half(4100, 100), Half(3900, 100)]);

        Assert.Equal((TrustVerdict.Agrees, 1), (check.Verdict, check.DegreesOfFreedom));
        Assert.Equal(4, check.ChiSquare, 1e-9);
        Assert.Equal(0.0455, check.Probability, 1e-4);
        Assert.Equal(0, check.FurthestSet);
        Assert.Equal(0.025, check.Difference, 1e-9);
        Assert.Equal(1.96 * 100 / 8000, check.Allowed, 1e-4);
        Assert.Equal("The sets agree on the reference event: set 0 is furthest off, by +2.5 %, and +2.45 % is allowed.", check.Sentence);
    }

    [Fact]
    public void Sets_that_are_further_apart_do_not_agree()
    {
        var check = TrustCheck.Of([Half(4100, 60), Half(3900, 50)]);

        Assert.Equal(TrustVerdict.Disagrees, check.Verdict);
        Assert.InRange(check.Probability, 0, TrustCheck.Level);
        Assert.Equal(
            "Do not trust the estimates: by the slices of set 1 the reference event is off by -2.5 %, and +1.22 % is allowed. "
            + "The program may keep step with the switching; change the length of the slices.",
            check.ToString());
    }

    [Fact]
    public void One_set_or_none_that_is_known_is_not_compared()
    {
        Assert.Equal(TrustVerdict.Unknown, TrustCheck.Of([]).Verdict);
        Assert.Equal(TrustVerdict.Unknown, TrustCheck.Of([Half(4100, 60)]).Verdict);
        Assert.Equal(TrustVerdict.Unknown, TrustCheck.Of([Half(4100, 60), Half(3900, null)]).Verdict);
        Assert.Equal(TrustVerdict.Unknown, TrustCheck.Of([Half(0, 2), Half(0, 2)]).Verdict);
        Assert.Equal(TrustVerdict.Unknown, TrustCheck.Of([default, default]).Verdict);
        Assert.Contains("not known", TrustCheck.Of([]).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Sets_of_a_program_that_goes_its_own_way_agree(string name)
    {
        var random = new Randomness(3);
        var kind = ProgramKind.All.Single(one => one.Name == name);
        var alarms = Enumerable.Range(0, 60).Count(run => Check(kind, 2 + (run % 3), random).Verdict != TrustVerdict.Agrees);

        // One in a hundred is the level; four of 60 or more would be one in two thousand.
        Assert.InRange(alarms, 0, 3);
    }

    [Fact]
    public void A_program_that_keeps_step_with_the_switching_is_found()
    {
        var random = new Randomness(4);
        Assert.All(Enumerable.Range(0, 20), _ =>
        {
            var run = SimulatedRun.Of(s_inStep, 2, 10, jitter: 0, random);
            Assert.All(run.Sets, set => Assert.True(Math.Abs(Read(set, run.Extent, slice => slice.Count).Value / (double)run.Truth - 1) > 0.4));
            Assert.Equal(TrustVerdict.Disagrees, Check(run).Verdict);
        });
    }

    public static TheoryData<string> Programs() => [.. ProgramKind.All.Select(kind => kind.Name)];

    private static TrustCheck Check(ProgramKind kind, int sets, Randomness random) => Check(SimulatedRun.Of(kind, sets, 10, Trial.Jitter, random));

    private static TrustCheck Check(SimulatedRun run) =>
        TrustCheck.Of([.. run.Sets.Select(set => Read(set, run.Extent, slice => slice.Reference))]);

    private static Estimate Read(IEnumerable<Slice> slices, Extent extent, Func<Slice, ulong> count)
    {
        var estimator = new Trapezoid();
        foreach (var slice in slices)
        {
            estimator.Add(slice with { Count = count(slice) });
        }

        return estimator.Read(extent);
    }

    private static IEnumerable<Piece> Repeat(params Piece[] pieces)
    {
        for (var i = 0; ; i++)
        {
            yield return pieces[i % pieces.Length];
        }
    }

    private static Estimate Half(ulong counted, double? error) =>
        new() { State = CountState.Estimated, Value = 2 * counted, Counted = counted, StandardError = error, TimeCounted = 500, Time = 1000 };
}
