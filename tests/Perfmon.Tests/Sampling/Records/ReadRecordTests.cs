using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class ReadRecordTests
{
    private const PerfReadFormat Times = PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning;

    [Fact]
    public void Of_one_event()
    {
        var record = RecordBytes.Read(new RecordBytes(RecordType.Read).U32(10, 11).U64(100, 50, 40, 7, 2).Build(), Format(Times | PerfReadFormat.Id | PerfReadFormat.Lost));
        Assert.True(record.TryAsRead(out var read));
        Assert.Equal((10, 11, 1), (read.Pid, read.Tid, read.Counters.Count));
        Assert.Equal((50UL, 40UL), (read.Counters.TimeEnabled!.Value, read.Counters.TimeRunning!.Value));
        Assert.Equal(new CounterValue(100, 7, 2), read.Counters[0]);
    }

    [Fact]
    public void Of_a_group()
    {
        var format = Format(PerfReadFormat.Group | PerfReadFormat.TotalTimeRunning | PerfReadFormat.Lost);
        var record = RecordBytes.Read(new RecordBytes(RecordType.Read).U32(10, 11).U64(2, 40, 100, 1, 200, 0).Build(), format);
        Assert.True(record.TryAsRead(out var read));
        Assert.Equal(2, read.Counters.Count);
        Assert.Null(read.Counters.TimeEnabled);
        Assert.Equal(40UL, read.Counters.TimeRunning);
        Assert.Equal(new CounterValue(100, null, 1), read.Counters[0]);
        Assert.Equal(new CounterValue(200, null, 0), read.Counters[1]);
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData((ulong.MaxValue / 8) + 1)]
    public void A_group_larger_than_its_record_is_none(ulong count)
    {
        var record = RecordBytes.Read(new RecordBytes(RecordType.Read).U32(10, 11).U64(count, 100, 200).Build(), Format(PerfReadFormat.Group));
        Assert.False(record.TryAsRead(out _));
    }

    [Fact]
    public void Without_a_format_it_stays_raw() =>
        Assert.False(RecordBytes.Read(new RecordBytes(RecordType.Read).U32(10, 11).U64(1).Build(), null).TryAsRead(out _));

    private static RecordFormat Format(PerfReadFormat format) => RecordFormat.Of(new PerfEventAttr { ReadFormat = format });
}
