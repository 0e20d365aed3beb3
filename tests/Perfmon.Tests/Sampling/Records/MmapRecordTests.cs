using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class MmapRecordTests
{
    private const int Data = 1 << 13;
    private const int BuildId = 1 << 14;

    [Fact]
    public void Mmap()
    {
        var bytes = new RecordBytes(RecordType.Mmap, Data | 2).U32(10, 11).U64(0x1000, 0x2000, 0x3000).Text("/bin/ls");
        var record = RecordBytes.ReadWithTrailer(bytes, 32, record => record.TryAsMmap(out _));
        Assert.Equal(CpuMode.User, record.CpuMode);
        Assert.True(record.TryAsMmap(out var mmap));
        Assert.Equal((10, 11, 0x1000UL, 0x2000UL, 0x3000UL), (mmap.Pid, mmap.Tid, mmap.Address, mmap.Length, mmap.FileOffset));
        Assert.True(mmap.FileName.SequenceEqual("/bin/ls"u8));
        Assert.True(mmap.IsData);
        Assert.False(mmap.IsMmap2 || mmap.HasBuildId);
        Assert.Equal((0u, 0u, 0UL, 0UL, 0u, 0u), (mmap.Major, mmap.Minor, mmap.Inode, mmap.InodeGeneration, mmap.ProtectionBits, mmap.MappingFlags));
        Assert.True(mmap.BuildId.IsEmpty);
    }

    [Fact]
    public void Mmap2()
    {
        var bytes = new RecordBytes(RecordType.Mmap2).U32(10, 11).U64(0x1000, 0x2000, 0x3000).U32(8, 1).U64(555, 7).U32(5, 2).Text("/bin/ls");
        var record = RecordBytes.ReadWithTrailer(bytes, 64, record => record.TryAsMmap(out _));
        Assert.True(record.TryAsMmap(out var mmap));
        Assert.Equal((10, 11, 0x1000UL, 0x2000UL, 0x3000UL), (mmap.Pid, mmap.Tid, mmap.Address, mmap.Length, mmap.FileOffset));
        Assert.Equal((8u, 1u, 555UL, 7UL, 5u, 2u), (mmap.Major, mmap.Minor, mmap.Inode, mmap.InodeGeneration, mmap.ProtectionBits, mmap.MappingFlags));
        Assert.True(mmap.FileName.SequenceEqual("/bin/ls"u8));
        Assert.True(mmap.IsMmap2);
        Assert.False(mmap.IsData || mmap.HasBuildId);
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(16, 16)]
    [InlineData(0, 0)]
    [InlineData(255, 20)]
    public void Mmap2_with_a_build_id(byte told, int there)
    {
        var id = Enumerable.Range(1, 20).Select(number => (byte)number).ToArray();
        var bytes = new RecordBytes(RecordType.Mmap2, BuildId).U32(10, 11).U64(0x1000, 0x2000, 0x3000).U8(told, 0, 0, 0).U8(id).U32(5, 2).Text("/bin/ls");
        var record = RecordBytes.ReadWithTrailer(bytes, 64, record => record.TryAsMmap(out _));
        Assert.True(record.TryAsMmap(out var mmap));
        Assert.True(mmap.HasBuildId);
        Assert.True(mmap.BuildId.SequenceEqual(id.AsSpan(0, there)));
        Assert.Equal((0u, 0u, 0UL, 0UL, 5u, 2u), (mmap.Major, mmap.Minor, mmap.Inode, mmap.InodeGeneration, mmap.ProtectionBits, mmap.MappingFlags));
        Assert.True(mmap.FileName.SequenceEqual("/bin/ls"u8));
    }

    [Fact]
    public void A_name_without_its_nul_ends_with_the_record()
    {
        var record = RecordBytes.Read(new RecordBytes(RecordType.Mmap).U32(1, 1).U64(0, 0, 0).U8("unended!"u8.ToArray()).Trailer().Build(), RecordBytes.Format);
        Assert.True(record.TryAsMmap(out var mmap));
        Assert.True(mmap.FileName.SequenceEqual("unended!"u8));
    }
}
