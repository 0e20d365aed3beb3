using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class AuxRecordTests
{
    [Fact]
    public void Aux()
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(RecordType.Aux).U64(1, 2, 5), 24, record => record.TryAsAux(out _));
        Assert.True(record.TryAsAux(out var aux));
        Assert.Equal((1UL, 2UL, AuxFlags.Truncated | AuxFlags.Partial), (aux.Offset, aux.Length, aux.Flags));
    }

    [Fact]
    public void Hardware_id()
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(RecordType.AuxOutputHardwareId).U64(77), 8, record => record.TryAsAuxOutputHardwareId(out _));
        Assert.True(record.TryAsAuxOutputHardwareId(out var id));
        Assert.Equal(77UL, id.HardwareId);
    }

    [Fact]
    public void Itrace_start()
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(RecordType.ItraceStart).U32(10, 11), 8, record => record.TryAsItraceStart(out _));
        Assert.True(record.TryAsItraceStart(out var start));
        Assert.Equal((10, 11), (start.Pid, start.Tid));
    }
}
