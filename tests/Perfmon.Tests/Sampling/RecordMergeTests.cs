using System.Buffers.Binary;
using Perfmon.Sampling;

namespace Perfmon.Tests.Sampling;

/// <summary>The order of several rings' records, by rounds: what is promised of it, on simulated rings.</summary>
public sealed class RecordMergeTests
{
    [Fact]
    public void A_round_waits_for_the_next_and_no_longer()
    {
        var merge = Merge(2);
        Round(merge, (0, 10), (0, 30), (1, 20));
        Assert.Empty(Taken(merge));
        Round(merge, (1, 25), (1, 40));
        Assert.Equal([10UL, 20, 25, 30], Taken(merge));
        Assert.False(merge.IsEmpty);
        Round(merge);
        Assert.Equal([40UL], Taken(merge));
        Assert.True(merge.IsEmpty);
    }

    [Fact]
    public void The_last_round_gives_everything()
    {
        var merge = Merge(3);
        merge.BeginRound();
        Add(merge, 2, 7);
        Add(merge, 0, 9);
        Add(merge, 1, 8);
        merge.EndRound(isFinal: true);
        Assert.Equal([7UL, 8, 9], Taken(merge));
        Assert.False(merge.IsReady);
    }

    /// <summary>What an interrupt's handler has written lies before what it interrupted.</summary>
    [Fact]
    public void A_ring_that_is_not_quite_in_order_is_put_in_order()
    {
        var merge = Merge(1);
        Round(merge, (0, 5), (0, 9), (0, 7), (0, 6), (0, 10));
        Round(merge);
        Assert.Equal([5UL, 6, 7, 9, 10], Taken(merge));
        Assert.Equal(0UL, merge.OutOfOrder);
    }

    [Fact]
    public void A_record_that_comes_rounds_late_is_given_and_counted()
    {
        var merge = Merge(2);
        Round(merge, (0, 100));
        Round(merge, (0, 200));
        Assert.Equal([100UL], Taken(merge));
        Round(merge, (1, 50));
        Assert.Equal([50UL, 200], Taken(merge));
        Assert.Equal(1UL, merge.OutOfOrder);
    }

    [Fact]
    public void Equal_times_keep_their_order()
    {
        var merge = Merge(2);
        merge.BeginRound();
        merge.Add(1, Record(3), 5);
        merge.Add(0, Record(1), 5);
        merge.Add(0, Record(2), 5);
        merge.Add(1, Record(4), 5);
        merge.EndRound(isFinal: true);
        Assert.Equal([1UL, 2, 3, 4], Taken(merge));
    }

    /// <summary>
    /// Rings that records reach a while after their time, but less than a round: all come in order, whatever their number and their sizes, and the
    /// reader may take them when he likes.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 3)]
    [InlineData(64, 4)]
    public void Late_by_less_than_a_round_is_in_order(int rings, int seed)
    {
        const int records = 50_000;
        const int lateness = 200;
        var random = new Random(seed);
        var arrivals = Enumerable.Range(1, records)
            .Select(time => (Time: (ulong)time, Ring: random.Next(rings), At: time + random.Next(lateness)))
            .OrderBy(one => one.At).ToList();
        var merge = Merge(rings);
        var taken = new List<ulong>();
        var next = 0;
        for (var now = 0; next < records;)
        {
            now += lateness + random.Next(2000);
            merge.BeginRound();
            for (; next < records && arrivals[next].At <= now; next++)
            {
                merge.Add(arrivals[next].Ring, Record(arrivals[next].Time, random.Next(1, 40)), arrivals[next].Time);
            }

            merge.EndRound(isFinal: false);
            taken.AddRange(Taken(merge, most: random.Next(3000)));

            // A reader makes a round when nothing is left that he may take.
            taken.AddRange(Taken(merge));
        }

        merge.BeginRound();
        merge.EndRound(isFinal: false);
        taken.AddRange(Taken(merge));
        Assert.Equal(Enumerable.Range(1, records).Select(time => (ulong)time), taken);
        Assert.Equal(0UL, merge.OutOfOrder);
    }

    private static RecordMerge Merge(int rings) => new([.. Enumerable.Range(0, rings).Select(_ => new RecordRun())]);

    private static void Round(RecordMerge merge, params (int Ring, ulong Time)[] records)
    {
        merge.BeginRound();
        foreach (var (ring, time) in records)
        {
            Add(merge, ring, time);
        }

        merge.EndRound(isFinal: false);
    }

    private static void Add(RecordMerge merge, int ring, ulong time) => merge.Add(ring, Record(time), time);

    // A record whose words are all the same.
    private static byte[] Record(ulong value, int words = 1)
    {
        var record = new byte[words * sizeof(ulong)];
        for (var i = 0; i < words; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(i * sizeof(ulong)), value);
        }

        return record;
    }

    private static List<ulong> Taken(RecordMerge merge, int most = int.MaxValue)
    {
        var taken = new List<ulong>();
        while (taken.Count < most && merge.TryTake(out var record, out _))
        {
            var value = BinaryPrimitives.ReadUInt64LittleEndian(record);
            Assert.True(record.SequenceEqual(Record(value, record.Length / sizeof(ulong))));
            taken.Add(value);
        }

        return taken;
    }
}
