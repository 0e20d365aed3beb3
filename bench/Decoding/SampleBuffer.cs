using System.Buffers.Binary;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Bench.Decoding;

/// <summary>A buffer of records as a ring would have them: samples, and a mapping among every hundred.</summary>
internal sealed class SampleBuffer
{
    public const int Size = 8 << 20;

    public const PerfSampleFormat Fields = PerfSampleFormat.Ip | PerfSampleFormat.Tid | PerfSampleFormat.Time | PerfSampleFormat.Cpu | PerfSampleFormat.Period;
    private const int RecordsOfMapping = 100;

    private SampleBuffer(string name, bool hasIdentifier, int frames, int size = Size)
    {
        Name = name;
        HasIdentifier = hasIdentifier;
        Frames = frames;
        var fields = Fields | (hasIdentifier ? PerfSampleFormat.Identifier : 0) | (frames > 0 ? PerfSampleFormat.Callchain : 0);
        Formats.Add(1, Format(fields));
        if (hasIdentifier)
        {
            // Another event, whose samples are laid out otherwise: every record has to be asked for its id.
            Formats.Add(2, Format(fields | PerfSampleFormat.Addr));
        }

        var random = new Random(1);
        var bytes = new List<byte>(size);
        while (bytes.Count < size - 1024)
        {
            var record = Records++ % RecordsOfMapping == 0 ? Mapping(hasIdentifier) : Sample(random);
            bytes.AddRange(record);
        }

        Bytes = [.. bytes];
    }

    public string Name { get; }

    public byte[] Bytes { get; }

    public int Records { get; }

    public RecordFormats Formats { get; } = new();

    public bool HasIdentifier { get; }

    public int Frames { get; }

    public static IEnumerable<SampleBuffer> All() =>
    [
        new("ip, thread, time, CPU, period", hasIdentifier: false, frames: 0),
        new("the same and a callchain of 20", hasIdentifier: false, frames: 20),
        new("of two events, one with an address besides, by id", hasIdentifier: true, frames: 0),
        new("the same and a callchain of 20, by id", hasIdentifier: true, frames: 20),
    ];

    /// <summary>A few samples of an identifier and a callchain.</summary>
    public static byte[] Small() => new SampleBuffer("", hasIdentifier: true, frames: 20, size: 5 << 10).Bytes;

    private static RecordFormat Format(PerfSampleFormat fields) => RecordFormat.Of(new PerfEventAttr { SampleType = fields, Flags = PerfEventAttrFlags.SampleIdAll });

    // Of two events, in no order that a branch predictor could learn.
    private byte[] Sample(Random random)
    {
        var id = HasIdentifier ? (ulong)random.Next(1, 3) : 0;
        var words = new ulong[1 + (HasIdentifier ? 1 : 0) + (id == 2 ? 6 : 5) + (Frames > 0 ? 1 + Frames : 0)];
        var at = 0;
        words[at++] = (ulong)PerfRecordType.Sample | (2UL << 32) | ((ulong)(words.Length * sizeof(ulong)) << 48);
        if (HasIdentifier)
        {
            words[at++] = id;
        }

        words[at++] = 0x400000 + (ulong)random.Next(1 << 20);
        words[at++] = 4711 | ((ulong)random.Next(4711, 4800) << 32);
        words[at++] = (ulong)(Records * 1000L);
        if (id == 2)
        {
            words[at++] = 0x7f00_0000_0000 + (ulong)random.Next(1 << 20);
        }

        words[at++] = (ulong)random.Next(64);
        words[at++] = 1_000_000;
        if (Frames > 0)
        {
            words[at++] = (ulong)Frames;
            words[at++] = CallchainContext.User;
            while (at < words.Length)
            {
                words[at++] = 0x400000 + (ulong)random.Next(1 << 20);
            }
        }

        return [.. words.SelectMany(BitConverter.GetBytes)];
    }

    private static byte[] Mapping(bool hasIdentifier)
    {
        var record = new byte[8 + 64 + 32 + 24 + (hasIdentifier ? 8 : 0)];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)PerfRecordType.Mmap2);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(6), (ushort)record.Length);
        "/usr/lib/x86_64-linux-gnu/libc"u8.CopyTo(record.AsSpan(72));
        if (hasIdentifier)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(record.Length - 8), 1);
        }

        return record;
    }
}
