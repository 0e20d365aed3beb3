using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class TaskRecordTests
{
    [Theory]
    [InlineData(RecordType.Fork, true)]
    [InlineData(RecordType.Exit, false)]
    public void Task(RecordType type, bool isFork)
    {
        var bytes = new RecordBytes(type).U32(1, 2, 3, 4).U64(5);
        var record = RecordBytes.ReadWithTrailer(bytes, 24, record => record.TryAsTask(out _));
        Assert.True(record.TryAsTask(out var task));
        Assert.Equal((isFork, 1, 2, 3, 4, 5UL), (task.IsFork, task.Pid, task.ParentPid, task.Tid, task.ParentTid, task.Time));
    }
}
