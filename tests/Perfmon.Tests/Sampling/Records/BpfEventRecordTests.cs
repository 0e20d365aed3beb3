using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class BpfEventRecordTests
{
    [Fact]
    public void Bpf_event()
    {
        var bytes = new RecordBytes(RecordType.BpfEvent).U16(2, 0).U32(33).U8(1, 2, 3, 4, 5, 6, 7, 8);
        var record = RecordBytes.ReadWithTrailer(bytes, 16, record => record.TryAsBpfEvent(out _));
        Assert.True(record.TryAsBpfEvent(out var bpf));
        Assert.Equal((BpfEventType.Unloaded, 33u), (bpf.Type, bpf.Id));
        Assert.True(bpf.Tag.SequenceEqual<byte>([1, 2, 3, 4, 5, 6, 7, 8]));
    }
}
