using Perfmon.Session;

namespace Perfmon.Tests.Session;

/// <summary>The arithmetic of counts: scaling, adding, wrapping, and what may not be called a number.</summary>
public sealed class CountTests
{
    [Theory]
    [InlineData(100UL, 1000UL, 1000UL, 100UL, CountState.Counted)]
    [InlineData(100UL, 1000UL, 2000UL, 100UL, CountState.Counted)]
    [InlineData(100UL, 1000UL, 500UL, 200UL, CountState.Estimated)]
    [InlineData(100UL, 1000UL, 999UL, 100UL, CountState.Estimated)]
    [InlineData(0UL, 1000UL, 1UL, 0UL, CountState.Estimated)]
    [InlineData(0UL, 1000UL, 0UL, 0UL, CountState.NotCounted)]
    [InlineData(0UL, 0UL, 0UL, 0UL, CountState.NotCounted)]

    // 3e12 events in an hour at a third: the product needs 74 bits.
    [InlineData(3_000_000_000_000UL, 3_600_000_000_000UL, 1_200_000_000_000UL, 9_000_000_000_000UL, CountState.Estimated)]
    [InlineData(ulong.MaxValue / 2, 2_000_000_000_000UL, 1_000_000_000_000UL, ulong.MaxValue - 1, CountState.Estimated)]
    public void One_thread(ulong value, ulong enabled, ulong running, ulong expected, CountState state)
    {
        var total = default(CountTotal);
        total.Add(value, enabled, running);
        var count = total.ToCount(value);
        Assert.Equal((expected, state, value, enabled, running), (count.Value, count.State, count.Raw, count.TimeEnabled, count.TimeRunning));
    }

    [Fact]
    public void Each_thread_is_scaled_by_its_own_share_before_it_is_added()
    {
        var total = default(CountTotal);
        total.Add(100, 1000, 1000);
        total.Add(10, 1000, 100);
        var count = total.ToCount(total.Raw);
        Assert.Equal((200UL, 110UL, CountState.Estimated), (count.Value, count.Raw, count.State));
        Assert.Equal(0.55, count.ShareOfTime);
    }

    [Fact]
    public void A_thread_that_never_got_a_counter_makes_the_sum_an_estimate()
    {
        var total = default(CountTotal);
        total.Add(100, 1000, 1000);
        total.Add(0, 1000, 0);
        Assert.Equal(CountState.Estimated, total.ToCount(total.Raw).State);
    }

    [Fact]
    public void A_thread_that_never_ran_does_not()
    {
        var total = default(CountTotal);
        total.Add(100, 1000, 1000);
        total.Add(0, 0, 0);
        Assert.Equal(CountState.Counted, total.ToCount(total.Raw).State);
    }

    [Fact]
    public void Sums_wrap_at_64_bits()
    {
        var total = default(CountTotal);
        total.Add(ulong.MaxValue, 10, 10);
        total.Add(3, 10, 10);
        Assert.Equal((2UL, 2UL, CountState.Counted), (total.Raw, total.Scaled, total.ToCount(total.Raw).State));
    }

    [Fact]
    public void Totals_add_up_field_by_field()
    {
        var (left, right) = (default(CountTotal), default(CountTotal));
        left.Add(1, 10, 10);
        right.Add(2, 20, 10);
        left.Add(right);
        Assert.Equal((3UL, 5UL, 30UL, 20UL, true), (left.Raw, left.Scaled, left.TimeEnabled, left.TimeRunning, left.IsPartial));
    }

    /// <summary>A register that was written stands beside what was counted: it moves the raw and the estimated value alike.</summary>
    [Theory]
    [InlineData(5000UL, 5100UL)]
    [InlineData(ulong.MaxValue - 9, 90UL)]
    public void What_was_written_to_the_register_is_added_once(ulong raw, ulong expected)
    {
        var total = default(CountTotal);
        total.Add(100, 1000, 500);
        Assert.Equal(expected, total.ToCount(raw).Value);
    }

    [Theory]
    [InlineData(10UL, 25UL, 1000UL, 1000UL, 15UL, CountState.Counted)]
    [InlineData(ulong.MaxValue, 4UL, 1000UL, 1000UL, 5UL, CountState.Counted)]
    [InlineData(10UL, 25UL, 1000UL, 900UL, 15UL, CountState.Estimated)]
    [InlineData(10UL, 10UL, 1000UL, 0UL, 0UL, CountState.NotCounted)]
    [InlineData(10UL, 10UL, 0UL, 0UL, 0UL, CountState.NotCounted)]
    public void Since(ulong before, ulong after, ulong enabled, ulong running, ulong expected, CountState state)
    {
        var earlier = new Count { Value = before, Raw = before, TimeEnabled = 7, TimeRunning = 5, State = CountState.Estimated };
        var later = new Count { Value = after, Raw = after, TimeEnabled = 7 + enabled, TimeRunning = 5 + running, State = CountState.Estimated };
        var between = later.Since(earlier);
        Assert.Equal((expected, expected, state), (between.Value, between.Raw, between.State));
        Assert.Equal((enabled, running), (between.TimeEnabled, between.TimeRunning));
    }

    [Fact]
    public void Text_is_the_number_its_share_or_that_there_is_none()
    {
        Assert.Equal("1,234,567", new Count { State = CountState.Counted, Value = 1_234_567 }.ToString());
        Assert.Equal("20 (estimated: counted 50.0 % of the time)", new Count { State = CountState.Estimated, Value = 20, TimeEnabled = 10, TimeRunning = 5 }.ToString());
        Assert.Equal("not counted", new Count { TimeEnabled = 10 }.ToString());
        Assert.Equal(0, default(Count).ShareOfTime);
    }
}
