using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class CommRecordTests
{
    [Theory]
    [InlineData(1 << 13, true)]
    [InlineData(0, false)]
    public void Comm(int misc, bool isExec)
    {
        var bytes = new RecordBytes(RecordType.Comm, misc).U32(10, 11).Text("worker");
        var record = RecordBytes.ReadWithTrailer(bytes, 8, record => record.TryAsComm(out _));
        Assert.True(record.TryAsComm(out var comm));
        Assert.Equal((10, 11, isExec), (comm.Pid, comm.Tid, comm.IsExec));
        Assert.True(comm.Name.SequenceEqual("worker"u8));
    }
}
