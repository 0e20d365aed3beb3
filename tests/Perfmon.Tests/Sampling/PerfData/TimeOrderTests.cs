using Perfmon.Sampling.PerfData;

namespace Perfmon.Tests.Sampling.PerfData;

public sealed class TimeOrderTests
{
    [Fact]
    public void A_round_is_given_when_the_next_one_has_ended()
    {
        var order = new TimeOrder(1 << 20);
        Add(order, 30, 10, 20);
        order.FinishRound();
        Assert.Empty(Taken(order));
        Add(order, 25, 40);
        order.FinishRound();
        Assert.Equal([10, 20, 25, 30], Taken(order));
        order.Finish();
        Assert.Equal([40], Taken(order));
        Assert.Equal((0L, false, true), (order.Late, order.HasOverflowed, order.IsFinished));
    }

    [Fact]
    public void Equal_times_keep_their_order()
    {
        var order = new TimeOrder(1 << 20);
        for (var i = 0; i < 100; i++)
        {
            order.Add(7, [(byte)i]);
        }

        order.Finish();
        Assert.Equal(Enumerable.Range(0, 100), Taken(order));
    }

    [Fact]
    public void A_record_that_is_too_late_is_counted()
    {
        var order = new TimeOrder(1 << 20);
        Add(order, 10, 20);
        order.FinishRound();
        order.FinishRound();
        Assert.Equal([10, 20], Taken(order));
        Add(order, 15);
        order.Finish();
        Assert.Equal([15], Taken(order));
        Assert.Equal(1, order.Late);
    }

    /// <summary>A thousand records with no end of a round, and room for ten: the older half goes, and what is kept stays in order.</summary>
    [Fact]
    public void Rounds_that_are_too_long_are_ordered_as_far_as_there_is_room()
    {
        var order = new TimeOrder(10);
        var given = new List<int>();
        var random = new Random(1);
        var times = Enumerable.Range(0, 200).Select(time => (time / 5 * 5) + random.Next(5)).ToList();
        foreach (var time in times)
        {
            order.Add((ulong)time, [(byte)time]);
            given.AddRange(Taken(order));
        }

        order.Finish();
        given.AddRange(Taken(order));
        Assert.Equal(times.Order(), given);
        Assert.True(order.HasOverflowed);
        Assert.Equal(0, order.Late);
    }

    /// <summary>Any rounds that keep their promise come out in order, all of them.</summary>
    [Fact]
    public void Random_rounds()
    {
        var random = new Random(2);
        for (var run = 0; run < 200; run++)
        {
            var order = new TimeOrder(1 << 20);
            var expected = new List<int>();
            var given = new List<int>();
            var oldest = 0;
            for (var round = 0; round < 10; round++)
            {
                // Not older than anything of the round before the last.
                var newest = oldest + 10;
                for (var count = random.Next(20); count > 0; count--)
                {
                    var time = random.Next(oldest, newest);
                    expected.Add(time);
                    order.Add((ulong)time, [(byte)time]);
                }

                order.FinishRound();
                given.AddRange(Taken(order));
                oldest = newest - 5;
            }

            order.Finish();
            given.AddRange(Taken(order));
            Assert.Equal(expected.Order(), given);
            Assert.Equal(0, order.Late);
        }
    }

    private static void Add(TimeOrder order, params byte[] times)
    {
        foreach (var time in times)
        {
            order.Add(time, [time]);
        }
    }

    private static List<int> Taken(TimeOrder order)
    {
        var taken = new List<int>();
        while (order.TryTake(out var record))
        {
            taken.Add(record[0]);
        }

        return taken;
    }
}
