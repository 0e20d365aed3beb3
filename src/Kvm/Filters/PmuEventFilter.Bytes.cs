using System.Buffers.Binary;
using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

// struct kvm_pmu_event_filter: action u32@0, nevents u32@4, fixed_counter_bitmap u32@8, flags u32@12, pad u32[4]@16, events u64[]@32.
public sealed partial class PmuEventFilter
{
    /// <summary>The bytes before the events.</summary>
    public const int HeaderBytes = 32;

    /// <summary>The bytes of one event.</summary>
    public const int EventBytes = 8;

    internal const int CountOffset = 4;
    internal const int FixedCountersOffset = 8;
    internal const int FlagsOffset = 12;

    /// <summary>The filter that the bytes of a <c>struct kvm_pmu_event_filter</c> hold. Padding is not looked at, as in the kernel.</summary>
    /// <param name="bytes">The header and its events, and nothing behind them; of this machine's byte order, which is little-endian on x86.</param>
    /// <param name="vendor">Whose machine the filter is for; null: whoever has the widest selects.</param>
    /// <exception cref="PerfmonException">The kernel would refuse them; the message and the errno say how. Or there are more bytes than the filter's.</exception>
    public static PmuEventFilter FromBytes(ReadOnlySpan<byte> bytes, CpuVendor? vendor = null)
    {
        var answer = KernelAnswer.To(bytes, vendor);
        if (!answer.Accepted)
        {
            throw FilterErrors.Refused(answer);
        }

        var events = new FilterEvent[Word(bytes, CountOffset)];
        var length = HeaderBytes + (EventBytes * events.Length);
        if (bytes.Length != length)
        {
            throw FilterErrors.BytesLeftOver(length, bytes.Length);
        }

        var encoding = (FilterEncoding)Word(bytes, FlagsOffset);
        for (var index = 0; index < events.Length; index++)
        {
            events[index] = FilterEvent.Decode(EventAt(bytes, index), encoding);
        }

        return new PmuEventFilter((FilterAction)Word(bytes, 0), encoding, events, Word(bytes, FixedCountersOffset));
    }

    /// <summary>The bytes for KVM_SET_PMU_EVENT_FILTER: the header, and 8 bytes an event.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + (EventBytes * _events.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)Action);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CountOffset), (uint)_events.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(FixedCountersOffset), FixedCounters);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(FlagsOffset), (uint)Encoding);
        for (var index = 0; index < _events.Length; index++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HeaderBytes + (EventBytes * index)), _events[index].Encode(Encoding));
        }

        return bytes;
    }

    /// <summary>Whether <paramref name="other"/> has the same bytes.</summary>
    public bool Equals(PmuEventFilter? other) => other is not null && ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PmuEventFilter);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(ToBytes());
        return hash.ToHashCode();
    }

    internal static uint Word(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    internal static ulong EventAt(ReadOnlySpan<byte> bytes, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[(HeaderBytes + (EventBytes * index))..]);
}
