using Perfmon.Native.Abi;
using Perfmon.Sampling.PerfData;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Sampling.Records;

namespace Perfmon.Tests.Sampling.PerfData;

/// <summary>Long files, and rounds: what is kept of them, and the order that comes out.</summary>
public sealed class PerfDataReaderTests
{
    private const int RecordsOfRound = 1000;

    private static readonly PerfEventAttr s_attr = new() { Type = 1, SampleType = PerfSampleFormat.Time, Flags = PerfEventAttrFlags.SampleIdAll };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Memory_does_not_grow_with_the_file(bool inTimeOrder)
    {
        const int rounds = 1000;
        using var stream = Pipe(rounds, finishes: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var times = Read(stream, new PerfDataOptions { InTimeOrder = inTimeOrder }, out var inOrder, out var notices);
        Assert.Equal(rounds * RecordsOfRound, times);
        Assert.Equal(inTimeOrder, inOrder);
        Assert.Empty(notices);
        Assert.InRange(stream.Length, 16_000_000, long.MaxValue);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    /// <summary>A writer that finishes no round: as much is ordered as is kept, and that it was too little is said.</summary>
    [Fact]
    public void Without_rounds_it_is_said_when_too_little_is_kept()
    {
        using var stream = Pipe(rounds: 4, finishes: false);
        Assert.Equal(4 * RecordsOfRound, Read(stream, new PerfDataOptions { InTimeOrder = true }, out var inOrder, out var notices));
        Assert.True(inOrder);
        Assert.Empty(notices);

        stream.Position = 0;
        Assert.Equal(4 * RecordsOfRound, Read(stream, new PerfDataOptions { InTimeOrder = true, MostBytesKept = 1000 }, out inOrder, out notices));
        Assert.False(inOrder);
        var notice = Assert.Single(notices);
        Assert.False(notice.IsDamage);
        Assert.Contains("rounds are longer than what is kept", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_gives_its_events_before_the_first_record()
    {
        using var stream = Pipe(rounds: 1, finishes: true);
        using var reader = PerfDataReader.Open(stream);
        var one = Assert.Single(reader.Events);
        Assert.Equal(("named", 1u, 4000UL, 0UL), (one.Name, one.Type, one.Period, one.Frequency));
        Assert.Equal([7UL], one.Ids);
        Assert.Equal("here", reader.Features.HostName);
    }

    private static MemoryStream Pipe(int rounds, bool finishes)
    {
        var stream = new MemoryStream();
        using var writer = PerfDataWriter.ToPipe(stream, [new("named", s_attr with { SamplePeriod = 4000 }, [7])], new PerfDataFeatures { HostName = "here" });
        for (var round = 0; round < rounds; round++)
        {
            // The ring of one CPU, then that of another.
            for (var i = 0; i < RecordsOfRound; i++)
            {
                var time = 1 + (round * RecordsOfRound) + (i % 2 == 0 ? i / 2 : RecordsOfRound / 2 + (i / 2));
                writer.Write(new RecordBytes(RecordType.Sample).U64((ulong)time).Build());
            }

            if (finishes)
            {
                writer.FinishRound();
            }
        }

        stream.Position = 0;
        return stream;
    }

    private static int Read(MemoryStream stream, PerfDataOptions options, out bool inOrder, out IReadOnlyList<PerfDataNotice> notices)
    {
        using var reader = PerfDataReader.Open(stream, options);
        var count = 0;
        var last = 0UL;
        inOrder = true;
        while (reader.TryRead(out var record))
        {
            if (record.TryGetTime(out var time))
            {
                inOrder &= time > last;
                last = time;
                count++;
            }
        }

        notices = reader.Notices;
        return count;
    }
}
