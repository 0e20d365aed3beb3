using System.Buffers.Binary;
using System.Text;
using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Guests;

/// <summary>
/// How the binary statistics of one descriptor are laid out: KVM tells it in the file itself, once and for all. Pure: bytes in, descriptions and values out.
/// </summary>
// struct kvm_stats_header: flags u32 @0, name_size u32 @4, num_desc u32 @8, id_offset u32 @12, desc_offset u32 @16, data_offset u32 @20.
// struct kvm_stats_desc: flags u32 @0 (type 3:0, unit 7:4, base 11:8), exponent s16 @4, size u16 @6, offset u32 @8, bucket_size u32 @12, then the
// name, name_size bytes.
public sealed class KvmStatisticsLayout
{
    /// <summary>The length of the header, in bytes: what must be read to know how much to read.</summary>
    internal const int HeaderLength = 24;

    /// <summary>No kernel's statistics come near it: some 4,000 bytes.</summary>
    internal const int LongestFile = 1 << 20;

    private const int DescriptorLength = 16;
    private const int ValueLength = sizeof(ulong);

    private KvmStatisticsLayout(string id, IReadOnlyList<KvmStatistic> statistics, uint dataOffset, int dataLength)
    {
        Id = id;
        Statistics = statistics;
        DataOffset = dataOffset;
        DataLength = dataLength;
    }

    /// <summary>Whose they are: <c>kvm-PID</c>, or <c>kvm-PID/vcpu-N</c>.</summary>
    public string Id { get; }

    /// <summary>The statistics, in KVM's order.</summary>
    public IReadOnlyList<KvmStatistic> Statistics { get; }

    /// <summary>Where the values begin in the file.</summary>
    internal uint DataOffset { get; }

    /// <summary>How many bytes of values there are.</summary>
    internal int DataLength { get; }

    /// <summary>Reads the header, the name and the descriptions from the beginning of the file.</summary>
    /// <exception cref="PerfmonException">The bytes contradict themselves, or end too early (<see cref="PerfmonReason.Unexpected"/>).</exception>
    public static KvmStatisticsLayout Parse(ReadOnlySpan<byte> file)
    {
        var length = DescribedLength(file);
        if (file.Length < length)
        {
            throw Wrong($"they end after {file.Length} bytes, before their descriptions do (at {length})");
        }

        var nameSize = Number(file, 4);
        var count = Number(file, 8);
        var described = Number(file, 16);
        var dataOffset = Number(file, 20);
        var statistics = new List<KvmStatistic>();
        var dataLength = 0L;
        for (var i = 0; i < count; i++)
        {
            var descriptor = file[(int)(described + (i * (DescriptorLength + (long)nameSize)))..];
            var statistic = Describe(descriptor, (int)nameSize);
            dataLength = Math.Max(dataLength, statistic.Offset + ((long)statistic.Count * ValueLength));
            if (dataOffset + dataLength > LongestFile)
            {
                throw Wrong($"the values of {statistic.Name} end after {LongestFile} bytes");
            }

            statistics.Add(statistic);
        }

        return new KvmStatisticsLayout(Text(file.Slice((int)Number(file, 12), (int)nameSize)), statistics, dataOffset, (int)dataLength);
    }

    /// <summary>How many bytes from the beginning of the file the descriptions take, by its header.</summary>
    /// <exception cref="PerfmonException">The header is too short, or contradicts itself.</exception>
    internal static int DescribedLength(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength)
        {
            throw Wrong($"they have {file.Length} bytes, and their header {HeaderLength}");
        }

        var nameSize = (long)Number(file, 4);
        var names = Number(file, 12) + nameSize;
        var descriptions = Number(file, 16) + (Number(file, 8) * (DescriptorLength + nameSize));
        var length = Math.Max(HeaderLength, Math.Max(names, descriptions));
        return length <= LongestFile && nameSize > 0 ? (int)length : throw Wrong($"their header tells of {length} bytes of descriptions");
    }

    /// <summary>The values, from the bytes at <see cref="DataOffset"/>.</summary>
    /// <exception cref="PerfmonException">There are too few bytes.</exception>
    public IReadOnlyList<KvmStatisticValue> ReadValues(ReadOnlySpan<byte> data)
    {
        if (data.Length < DataLength)
        {
            throw Wrong($"their values have {data.Length} bytes in place of {DataLength}");
        }

        var values = new KvmStatisticValue[Statistics.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var statistic = Statistics[i];
            var numbers = new ulong[statistic.Count];
            for (var n = 0; n < numbers.Length; n++)
            {
                numbers[n] = BinaryPrimitives.ReadUInt64LittleEndian(data[((int)statistic.Offset + (n * ValueLength))..]);
            }

            values[i] = new KvmStatisticValue(statistic, numbers);
        }

        return values;
    }

    private static KvmStatistic Describe(ReadOnlySpan<byte> descriptor, int nameSize)
    {
        var flags = Number(descriptor, 0);
        var kind = (KvmStatisticKind)(flags & 0xF);
        var unit = (KvmStatisticUnit)(flags >> 4 & 0xF);
        var power = flags >> 8 & 0xF;
        var name = Text(descriptor.Slice(DescriptorLength, nameSize));
        return new KvmStatistic(
            name,
            Enum.IsDefined(kind) ? kind : KvmStatisticKind.Unknown,
            Enum.IsDefined(unit) ? unit : KvmStatisticUnit.Unknown)
        {
            Base = power switch { 0 => 10, 1 => 2, _ => throw Wrong($"{name} is in powers of a base {power} that is not known") },
            Exponent = BinaryPrimitives.ReadInt16LittleEndian(descriptor[4..]),
            Count = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[6..]),
            Offset = Number(descriptor, 8),
            BucketSize = Number(descriptor, 12),
        };
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private static PerfmonException Wrong(string why) => new(
        PerfmonReason.Unexpected, $"KVM's statistics cannot be read: {why}.");
}
