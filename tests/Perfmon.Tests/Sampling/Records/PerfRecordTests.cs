using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class PerfRecordTests
{
    [Fact]
    public void A_record_needs_all_its_bytes()
    {
        var bytes = new RecordBytes(RecordType.Comm).U32(1, 2).Text("name").Build();
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(PerfRecord.TryRead(bytes.AsSpan(0, length), null, out _), $"{length} bytes");
        Assert.True(PerfRecord.TryRead([.. bytes, 1, 2, 3], null, out var record));
        Assert.True(record.Bytes.SequenceEqual(bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_record_smaller_than_its_header_is_none(byte size) =>
        Assert.False(PerfRecord.TryRead([1, 0, 0, 0, 0, 0, size, 0, 1, 2, 3, 4, 5, 6, 7, 8], null, out _));

    [Fact]
    public void An_unknown_type_stays_raw()
    {
        var record = RecordBytes.Read(new RecordBytes((RecordType)63, 0x8003).U64(1).Trailer().Build(), RecordBytes.Format);
        Assert.Equal((63u, 0x8003, CpuMode.Hypervisor), ((uint)record.Type, record.Misc, record.CpuMode));
        Assert.True(record.Body.SequenceEqual<byte>([1, 0, 0, 0, 0, 0, 0, 0]));
        Assert.True(record.TryGetTime(out var time));
        Assert.Equal(RecordBytes.TrailerTime, time);
    }

    /// <summary>What perf itself writes to files has no sample_id, whatever the events have.</summary>
    [Fact]
    public void A_record_of_files_has_no_trailer()
    {
        var record = RecordBytes.Read(new RecordBytes((RecordType)68).U64(1, 2, 3, 4, 5).Build(), RecordBytes.Format);
        Assert.Equal(40, record.Body.Length);
        Assert.False(record.TryGetTime(out _) || record.TryGetId(out _) || record.TryGetCpu(out _) || record.TryGetThread(out _, out _));
    }

    [Fact]
    public void A_record_too_short_for_its_trailer_has_what_is_there()
    {
        var record = RecordBytes.Read(new RecordBytes(RecordType.Switch).U64(5, 6).Build(), RecordBytes.Format);
        Assert.True(record.Body.IsEmpty);
        Assert.True(record.TryGetId(out var id) && id == 6);
        Assert.False(record.TryGetTime(out _) || record.TryGetThread(out _, out _));
        Assert.False(record.TryAsSwitch(out _));
    }

    [Fact]
    public void Without_sample_id_all_nothing_is_known_of_a_record()
    {
        var format = RecordFormat.Of(new PerfEventAttr { SampleType = PerfSampleFormat.Time | PerfSampleFormat.Tid });
        var record = RecordBytes.Read(new RecordBytes(RecordType.Lost).U64(1, 2).Build(), format);
        Assert.Equal((16, 0), (record.Body.Length, format.TrailerSize));
        Assert.False(record.TryGetTime(out _) || record.TryGetThread(out _, out _));
    }

    /// <summary>The public numbers are the kernel's; those under native/ are proven against its headers.</summary>
    [Fact]
    public void Types_and_fields_have_the_kernels_numbers()
    {
        Assert.Equal(Enum.GetValues<PerfRecordType>().Select(type => (uint)type).Order(), Enum.GetValues<RecordType>().Select(type => (uint)type).Where(type => type != 0));
        Assert.Equal(Enum.GetValues<PerfSampleFormat>().Select(field => (ulong)field).Order(), Enum.GetValues<SampleFields>().Select(field => (ulong)field).Order());
    }
}
