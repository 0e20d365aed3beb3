using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class SwitchRecordTests
{
    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1 << 13, true, false)]
    [InlineData((1 << 13) | (1 << 14), true, true)]
    public void Switch(int misc, bool isOut, bool isPreempted)
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(RecordType.Switch, misc), 0, record => record.TryAsSwitch(out _));
        Assert.True(record.TryAsSwitch(out var change));
        Assert.Equal((false, isOut, isPreempted, 0, 0), (change.IsCpuWide, change.IsOut, change.IsPreempted, change.OtherPid, change.OtherTid));
    }

    [Fact]
    public void Switch_of_a_cpu()
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(RecordType.SwitchCpuWide).U32(20, 21), 8, record => record.TryAsSwitch(out _));
        Assert.True(record.TryAsSwitch(out var change));
        Assert.Equal((true, false, 20, 21), (change.IsCpuWide, change.IsOut, change.OtherPid, change.OtherTid));
    }
}
