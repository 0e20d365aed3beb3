using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class TextPokeRecordTests
{
    [Fact]
    public void Text_poke()
    {
        var bytes = new RecordBytes(RecordType.TextPoke).U64(0x1000).U16(2, 3).U8(0x66, 0x90, 0xe9, 0x12, 0x34).U8(new byte[7]);
        var record = RecordBytes.ReadWithTrailer(bytes, 12 + 5, record => record.TryAsTextPoke(out _));
        Assert.True(record.TryAsTextPoke(out var poke));
        Assert.Equal(0x1000UL, poke.Address);
        Assert.True(poke.Before.SequenceEqual<byte>([0x66, 0x90]));
        Assert.True(poke.After.SequenceEqual<byte>([0xe9, 0x12, 0x34]));
    }

    [Fact]
    public void More_code_than_the_record_has_is_none() =>
        Assert.False(RecordBytes.Read(new RecordBytes(RecordType.TextPoke).U64(0x1000).U16(ushort.MaxValue, 1).U32(0).Build(), null).TryAsTextPoke(out _));
}
