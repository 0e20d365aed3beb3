using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class NamespacesRecordTests
{
    [Fact]
    public void Namespaces()
    {
        var bytes = new RecordBytes(RecordType.Namespaces).U32(10, 11).U64(2).U64(1, 100, 2, 200);
        var record = RecordBytes.ReadWithTrailer(bytes, 16 + 32, record => record.TryAsNamespaces(out _));
        Assert.True(record.TryAsNamespaces(out var namespaces));
        Assert.Equal((10, 11), (namespaces.Pid, namespaces.Tid));
        Assert.Equal([new NamespaceLink(1, 100), new NamespaceLink(2, 200)], namespaces.Links.ToArray());
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 60)]
    [InlineData(3UL)]
    public void More_than_the_record_has_are_none(ulong count) =>
        Assert.False(RecordBytes.Read(new RecordBytes(RecordType.Namespaces).U32(10, 11).U64(count, 1, 100, 2, 200).Build(), null).TryAsNamespaces(out _));
}
