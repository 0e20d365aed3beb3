using System.Buffers.Binary;
using System.Text;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>Writes a record field by field, as the kernel lays it out.</summary>
internal sealed class RecordBytes(RecordType type, int misc = 0)
{
    /// <summary>What <see cref="Trailer"/> ends a record with.</summary>
    public const ulong TrailerTime = 123_456_789;

    public const int TrailerPid = 4711;
    public const int TrailerTid = 4712;
    public const int TrailerCpu = 3;
    public const ulong TrailerId = 99;

    private readonly List<byte> _bytes = [.. BitConverter.GetBytes((uint)type), .. BitConverter.GetBytes((ushort)misc), 0, 0];

    /// <summary>A format whose records end with thread, time, CPU and identifier.</summary>
    public static RecordFormat Format { get; } = RecordFormat.Of(new PerfEventAttr
    {
        SampleType = PerfSampleFormat.Tid | PerfSampleFormat.Time | PerfSampleFormat.Cpu | PerfSampleFormat.Identifier,
        Flags = PerfEventAttrFlags.SampleIdAll,
    });

    public delegate bool Decoder(PerfRecord record);

    public RecordBytes U8(params byte[] values) => Add(values);

    public RecordBytes U16(params ushort[] values) => Add([.. values.SelectMany(BitConverter.GetBytes)]);

    public RecordBytes U32(params uint[] values) => Add([.. values.SelectMany(BitConverter.GetBytes)]);

    public RecordBytes U64(params ulong[] values) => Add([.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>Text with the nul that ends it, filled up to whole words.</summary>
    public RecordBytes Text(string text)
    {
        Add([.. Encoding.UTF8.GetBytes(text), 0]);
        while (_bytes.Count % 8 != 0)
            _bytes.Add(0);
        return this;
    }

    /// <summary>The <c>sample_id</c> of <see cref="Format"/>.</summary>
    public RecordBytes Trailer() => U32(TrailerPid, TrailerTid).U64(TrailerTime).U32(TrailerCpu, 0).U64(TrailerId);

    public byte[] Build()
    {
        var bytes = _bytes.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)bytes.Length);
        return bytes;
    }

    /// <summary>The record that these bytes are.</summary>
    public static PerfRecord Read(byte[] bytes, RecordFormat? format)
    {
        Assert.True(PerfRecord.TryRead(bytes, format, out var record));
        Assert.Equal(bytes.Length, record.Size);
        return record;
    }

    /// <summary>
    /// The record, which ends with <see cref="Trailer"/>. Before it is given back it is cut to every length below <paramref name="least"/> bytes
    /// of body, and is then none of its type.
    /// </summary>
    public static PerfRecord ReadWithTrailer(RecordBytes builder, int least, Decoder decode)
    {
        var bytes = builder.Trailer().Build();
        for (var body = 0; body < least; body++)
        {
            var cut = bytes[..(8 + body + Format.TrailerSize)];
            BinaryPrimitives.WriteUInt16LittleEndian(cut.AsSpan(6), (ushort)cut.Length);
            Assert.False(decode(Read(cut, Format)), $"{body} bytes of body");
        }

        var record = Read(bytes, Format);
        Assert.True(record.TryGetTime(out var time) & record.TryGetCpu(out var cpu) & record.TryGetId(out var id));
        Assert.Equal((TrailerTime, TrailerCpu, TrailerId), (time, cpu, id));
        Assert.True(record.TryGetThread(out var pid, out var tid));
        Assert.Equal((TrailerPid, TrailerTid), (pid, tid));
        Assert.Equal(bytes.Length - 8 - Format.TrailerSize, record.Body.Length);
        var other = new RecordBytes(RecordType.None).U64(new ulong[16]).Build();
        Assert.False(decode(Read(other, Format)), "A record of another type");
        Assert.True(decode(record));
        return record;
    }

    private RecordBytes Add(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }
}
