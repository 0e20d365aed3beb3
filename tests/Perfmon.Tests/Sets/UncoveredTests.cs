using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;

namespace Perfmon.Tests.Sets;

/// <summary>What goes by between two sets is in totals, and in their error.</summary>
public sealed class UncoveredTests
{
    private static readonly Estimate s_half = new()
    {
        State = CountState.Estimated, Value = 1000, Counted = 500, Low = 902, High = 1098, StandardError = 50, TimeCounted = 500_000, Time = 1_000_000,
    };

    [Theory]
    [InlineData(null)]
    [InlineData(0UL)]
    [InlineData(1_000_000UL)]
    [InlineData(1_000_900UL)]
    public void What_is_not_known_or_negligible_changes_nothing(ulong? monitored) => Assert.Equal(s_half, Uncovered.Include(s_half, monitored));

    [Fact]
    public void The_missing_time_is_taken_for_the_same_with_an_error_as_great_as_itself()
    {
        var all = Uncovered.Include(s_half, 1_100_000);

        // 50 * 1.1 = 55 and 100 / 1.96 = 51.02: the root of the sum of squares is 75.02.
        Assert.Equal((1100UL, 500UL, 1_100_000UL), (all.Value, all.Counted, all.Time));
        Assert.Equal(75.02, all.StandardError!.Value, 0.01);
        Assert.Equal((952UL, 1248UL), (all.Low, all.High));
    }

    [Fact]
    public void What_was_counted_in_all_sets_is_an_estimate_then()
    {
        var counted = new Estimate { State = CountState.Counted, Value = 1000, Counted = 1000, Low = 1000, High = 1000, StandardError = 0, TimeCounted = 1_000_000, Time = 1_000_000 };
        var all = Uncovered.Include(counted, 1_050_000);
        Assert.Equal((CountState.Estimated, 1050UL, 1000UL, 1100UL), (all.State, all.Value, all.Low, all.High));
        Assert.Equal(1 / 1.05, all.ShareOfTime, 1e-6);
    }

    [Fact]
    public void An_unknown_error_stays_unknown_and_nothing_stays_nothing()
    {
        var one = Uncovered.Include(s_half with { Low = null, High = null, StandardError = null }, 1_100_000);
        Assert.Equal((1100UL, null, null), (one.Value, one.Low, one.High));
        var none = default(Estimate) with { Time = 1_000_000 };
        Assert.Equal(none, Uncovered.Include(none, 2_000_000));
    }
}
