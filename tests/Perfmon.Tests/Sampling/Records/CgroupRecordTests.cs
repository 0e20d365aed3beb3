using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class CgroupRecordTests
{
    [Fact]
    public void Cgroup()
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(RecordType.Cgroup).U64(42).Text("/a/b"), 8, record => record.TryAsCgroup(out _));
        Assert.True(record.TryAsCgroup(out var cgroup));
        Assert.Equal(42UL, cgroup.Id);
        Assert.True(cgroup.Path.SequenceEqual("/a/b"u8));
    }
}
