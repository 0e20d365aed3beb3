using System.Buffers.Binary;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>Changes records of every type, or makes some up, and decodes them in formats of every kind. It allocates nothing once it is made.</summary>
internal sealed class RecordMutator
{
    // Lengths and counts that overflow when they are multiplied, and what is near the ends of things.
    private static readonly ulong[] s_nasty =
        [0, 1, 2, 7, 8, 9, 255, 0xffff, 0x7fffffff, 0x80000000, uint.MaxValue, 1UL << 60, 1UL << 61, (1UL << 61) + 1, 0x5555555555555556, ulong.MaxValue / 8, 1UL << 63, ulong.MaxValue - 7, ulong.MaxValue];

    private readonly Random _random;
    private readonly byte[][] _records;
    private readonly RecordFormat?[] _formats;
    private readonly RecordFormats _mixed = new();
    private readonly byte[] _bytes = new byte[2048];

    public RecordMutator(int seed)
    {
        _random = new Random(seed);
        _records = [.. Seeds().Select(builder => builder.Build())];
        _formats = [null, RecordBytes.Format, Samples.EverythingFormat, .. Enumerable.Range(0, 60).Select(_ => RandomFormat())];
        _mixed.Add(1, Samples.EverythingFormat);
        _mixed.Add(RecordBytes.TrailerId, RecordBytes.Format);
    }

    /// <summary>How many samples were whole all the same.</summary>
    public int Complete { get; private set; }

    /// <summary>How many were not.</summary>
    public int Damaged { get; private set; }

    /// <summary>Decodes that many changed records.</summary>
    public ulong DecodeSome(int count)
    {
        var sum = 0UL;
        for (var i = 0; i < count; i++)
        {
            var bytes = Next();
            var format = _random.Next(2) == 0 ? Samples.EverythingFormat : _formats[_random.Next(_formats.Length)];
            if (PerfRecord.TryRead(bytes, format, out var record))
            {
                sum += RecordReader.ReadAll(record);
                if (record.TryAsSample(out var sample))
                {
                    Complete += sample.IsComplete ? 1 : 0;
                    Damaged += sample.IsComplete ? 0 : 1;
                }
            }

            foreach (var one in _mixed.Read(bytes))
            {
                sum += RecordReader.ReadAll(one);
            }
        }

        return sum;
    }

    private ReadOnlySpan<byte> Next()
    {
        var seed = _records[_random.Next(_records.Length)];
        var length = _random.Next(4) == 0 ? _random.Next(_bytes.Length) : Math.Min(_bytes.Length, seed.Length + (_random.Next(8) == 0 ? _random.Next(-24, 24) : 0));
        length = Math.Max(0, length);
        var bytes = _bytes.AsSpan(0, length);
        bytes.Clear();
        seed.AsSpan(0, Math.Min(seed.Length, length)).CopyTo(bytes);
        if (_random.Next(10) == 0)
        {
            _random.NextBytes(bytes);
        }

        for (var changes = _random.Next(5); changes > 0 && length > 8; changes--)
        {
            var at = _random.Next(length);
            if (_random.Next(2) == 0)
            {
                bytes[at] = (byte)_random.Next(256);
            }
            else if ((at & ~7) + 8 <= length)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[(at & ~7)..], s_nasty[_random.Next(s_nasty.Length)]);
            }
        }

        // Mostly a size that fits, or most changes would only be refused.
        if (length >= 8 && _random.Next(10) != 0)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)(_random.Next(5) == 0 ? _random.Next(length + 1) : length));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(_random.Next(3) == 0 ? _random.Next(25) : bytes[0] % 32));
        }

        return bytes;
    }

    private RecordFormat RandomFormat() => RecordFormat.Of(new PerfEventAttr
    {
        SampleType = (PerfSampleFormat)_random.NextInt64(1 << 25) & (PerfSampleFormat)_random.NextInt64(1 << 25),
        ReadFormat = (PerfReadFormat)_random.Next(32),
        BranchSampleType = (ulong)_random.NextInt64(1 << 20),
        SampleRegsUser = (ulong)_random.NextInt64(),
        SampleRegsIntr = _random.Next(2) == 0 ? ulong.MaxValue : (ulong)_random.Next(16),
        Flags = _random.Next(2) == 0 ? PerfEventAttrFlags.SampleIdAll : 0,
    });

    private static IEnumerable<RecordBytes> Seeds() =>
    [
        Samples.Everything(), Samples.Everything(), Samples.Everything(),
        new RecordBytes(RecordType.Mmap).U32(10, 11).U64(0x1000, 0x2000, 0x3000).Text("/bin/ls").Trailer(),
        new RecordBytes(RecordType.Mmap2, 1 << 14).U32(10, 11).U64(0x1000, 0x2000, 0x3000).U8(20, 0, 0, 0).U8(new byte[20]).U32(5, 2).Text("/bin/ls").Trailer(),
        new RecordBytes(RecordType.Comm).U32(10, 11).Text("worker").Trailer(),
        new RecordBytes(RecordType.Fork).U32(1, 2, 3, 4).U64(5).Trailer(),
        new RecordBytes(RecordType.Lost).U64(7, 8).Trailer(),
        new RecordBytes(RecordType.LostSamples).U64(9).Trailer(),
        new RecordBytes(RecordType.Throttle).U64(1, 2, 3).Trailer(),
        new RecordBytes(RecordType.Read).U32(10, 11).U64(2, 50, 40, 100, 7, 2, 200, 8, 0).Trailer(),
        new RecordBytes(RecordType.Aux).U64(1, 2, 5).Trailer(),
        new RecordBytes(RecordType.ItraceStart).U32(10, 11).Trailer(),
        new RecordBytes(RecordType.SwitchCpuWide).U32(20, 21).Trailer(),
        new RecordBytes(RecordType.Namespaces).U32(10, 11).U64(2).U64(1, 100, 2, 200).Trailer(),
        new RecordBytes(RecordType.Ksymbol).U64(0xffffffff81000000).U32(64).U16(1, 0).Text("bpf_prog_1234").Trailer(),
        new RecordBytes(RecordType.BpfEvent).U16(2, 0).U32(33).U8(1, 2, 3, 4, 5, 6, 7, 8).Trailer(),
        new RecordBytes(RecordType.Cgroup).U64(42).Text("/a/b").Trailer(),
        new RecordBytes(RecordType.TextPoke).U64(0x1000).U16(2, 3).U8(0x66, 0x90, 0xe9, 0x12, 0x34).U8(new byte[7]).Trailer(),
        new RecordBytes(RecordType.AuxOutputHardwareId).U64(77).Trailer(),
    ];
}
