using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class KsymbolRecordTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Ksymbol(ushort flags, bool isRemoved)
    {
        var bytes = new RecordBytes(RecordType.Ksymbol).U64(0xffffffff81000000).U32(64).U16(1, flags).Text("bpf_prog_1234");
        var record = RecordBytes.ReadWithTrailer(bytes, 16, record => record.TryAsKsymbol(out _));
        Assert.True(record.TryAsKsymbol(out var symbol));
        Assert.Equal((0xffffffff81000000, 64u, KsymbolType.Bpf, isRemoved), (symbol.Address, symbol.Length, symbol.Type, symbol.IsRemoved));
        Assert.True(symbol.Name.SequenceEqual("bpf_prog_1234"u8));
    }
}
