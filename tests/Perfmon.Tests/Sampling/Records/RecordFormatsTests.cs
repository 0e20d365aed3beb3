using Perfmon.Diagnostics;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class RecordFormatsTests
{
    private const PerfSampleFormat Identified = PerfSampleFormat.Identifier | PerfSampleFormat.Ip;

    [Fact]
    public void Equal_formats_are_one()
    {
        var formats = new RecordFormats();
        formats.Add(1, Format(Identified));
        formats.Add(2, Format(Identified));
        Assert.Equal(Format(Identified), formats.Only);
        Assert.True(formats.TryGet(2, out _));
        Assert.False(formats.TryGet(3, out _));

        // Its own id is unknown, but there is nothing to choose.
        Assert.True(formats.TryRead(new RecordBytes(RecordType.Sample).U64(3, 0x1234).Build(), out var record));
        Assert.True(record.TryAsSample(out var sample));
        Assert.Equal((3UL, 0x1234UL), (sample.Id, sample.Ip));
    }

    [Fact]
    public void The_identifier_chooses()
    {
        var formats = new RecordFormats();
        formats.Add(1, Format(Identified));
        formats.Add(2, Format(Identified | PerfSampleFormat.Period | PerfSampleFormat.Time));
        Assert.Null(formats.Only);
        byte[] bytes =
        [
            .. new RecordBytes(RecordType.Sample).U64(2, 0x10, 500, 7).Build(),
            .. new RecordBytes(RecordType.Sample).U64(1, 0x20).Build(),
            .. new RecordBytes(RecordType.Switch).U64(600, 2).Build(),
            .. new RecordBytes(RecordType.Switch).U64(1).Build(),
            .. new RecordBytes(RecordType.Sample).U64(3, 0x30).Build(),
        ];
        var seen = new List<(ulong Id, ulong Time, ulong Ip, ulong Period)>();
        var raw = 0;
        foreach (var record in formats.Read(bytes))
        {
            if (record.Format is null)
            {
                raw++;
                Assert.False(record.TryAsSample(out _) || record.TryGetId(out _));
                continue;
            }

            Assert.True(record.TryGetId(out var id));
            _ = record.TryGetTime(out var time);
            _ = record.TryAsSample(out var sample);
            seen.Add(record.Type == RecordType.Sample ? (id, time, sample.Ip, sample.Period) : (id, time, 0, 0));
        }

        Assert.Equal([(2, 500, 0x10, 7), (1, 0, 0x20, 0), (2, 600, 0, 0), (1, 0, 0, 0)], seen);
        Assert.Equal(1, raw);
    }

    [Fact]
    public void The_id_chooses_where_all_have_it_at_one_place()
    {
        var formats = new RecordFormats();
        formats.Add(1, Format(PerfSampleFormat.Ip | PerfSampleFormat.Id));
        formats.Add(2, Format(PerfSampleFormat.Ip | PerfSampleFormat.Id | PerfSampleFormat.Period));
        Assert.True(formats.TryRead(new RecordBytes(RecordType.Sample).U64(0x10, 2, 7).Build(), out var record));
        Assert.True(record.TryAsSample(out var sample));
        Assert.Equal((2UL, 0x10UL, 7UL), (sample.Id, sample.Ip, sample.Period));
    }

    [Theory]
    [InlineData(PerfSampleFormat.Ip, PerfSampleFormat.Time)]
    [InlineData(PerfSampleFormat.Ip | PerfSampleFormat.Id, PerfSampleFormat.Id)]
    [InlineData(PerfSampleFormat.Ip | PerfSampleFormat.Id, Identified)]
    [InlineData(PerfSampleFormat.Id, PerfSampleFormat.Id | PerfSampleFormat.Cpu)]
    internal void Ids_at_different_places_are_refused(PerfSampleFormat one, PerfSampleFormat other)
    {
        var formats = new RecordFormats();
        formats.Add(1, Format(one));
        var exception = Assert.Throws<PerfmonException>(() => formats.Add(2, Format(other)));
        Assert.Equal(PerfmonReason.InvalidRequest, exception.Reason);
        Assert.Contains("Identifier", exception.Message, StringComparison.Ordinal);
        Assert.NotNull(formats.Only);
    }

    [Fact]
    public void Without_events_all_is_raw()
    {
        Assert.True(new RecordFormats().TryRead(new RecordBytes(RecordType.Sample).U64(1).Build(), out var record));
        Assert.Null(record.Format);
        Assert.False(record.TryAsSample(out _));
    }

    [Fact]
    public void The_enumerator_ends_before_what_is_not_whole()
    {
        var whole = new RecordBytes(RecordType.Switch).U64(1).Build();
        var records = new RecordFormats(Format(Identified)).Read([.. whole, .. whole, .. whole[..^1]]);
        Assert.True(records.MoveNext() && records.MoveNext());
        Assert.False(records.MoveNext());
        Assert.Equal(whole.Length - 1, records.Rest.Length);
    }

    private static RecordFormat Format(PerfSampleFormat fields) =>
        RecordFormat.Of(new PerfEventAttr { SampleType = fields, Flags = PerfEventAttrFlags.SampleIdAll });
}
