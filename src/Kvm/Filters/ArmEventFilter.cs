using System.Buffers.Binary;
using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Filters;

/// <summary>
/// Which events the guests of an Arm virtual machine may count: ranges in the order in which they are written to the attribute
/// KVM_ARM_VCPU_PMU_V3_FILTER. The last range that has an event decides about it, and the opposite of the first range's action about an event that none has.
/// </summary>
public sealed partial class ArmEventFilter : IEquatable<ArmEventFilter>
{
    /// <summary>The bytes of one range.</summary>
    public const int RangeBytes = 8;

    /// <summary>The event SW_INCR, which no filter concerns.</summary>
    public const ushort SoftwareIncrement = 0x00;

    /// <summary>The event CPU_CYCLES: a filter of it concerns the cycle counter too.</summary>
    public const ushort CpuCycles = 0x11;

    /// <summary>The event CHAIN, which no filter concerns.</summary>
    public const ushort Chain = 0x1e;

    // nevents is a u16: one range cannot cover all 65536.
    private const int MostEventsOfRange = ushort.MaxValue;

    private readonly ArmEventRange[] _ranges;

    private ArmEventFilter(ArmEventRange[] ranges)
    {
        _ranges = ranges;
        Ranges = Array.AsReadOnly(ranges);
        Space = Array.Exists(ranges, range => range.Last >= (int)ArmEventSpace.Bits10) ? ArmEventSpace.Bits16 : ArmEventSpace.Bits10;
    }

    /// <summary>The ranges in the order in which the kernel is told; at least one.</summary>
    public IReadOnlyList<ArmEventRange> Ranges { get; }

    /// <summary>What happens to events that no range has: the opposite of the first range's action.</summary>
    public FilterAction Default => _ranges[0].Action == FilterAction.Allow ? FilterAction.Deny : FilterAction.Allow;

    /// <summary>The smallest event space that the filter fits; the kernel of a machine with a smaller one answers EINVAL.</summary>
    public ArmEventSpace Space { get; }

    /// <summary>The filter of these ranges.</summary>
    /// <param name="ranges">The ranges in the order in which the kernel is told; at least one.</param>
    /// <param name="eventSpace">How many events the guests' PMU has; null: whoever has the most.</param>
    /// <exception cref="PerfmonException">There is none, or the kernel would refuse one; the message names it.</exception>
    public static ArmEventFilter Create(IEnumerable<ArmEventRange> ranges, ArmEventSpace? eventSpace = null)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var list = ranges.ToArray();
        if (list.Length == 0)
        {
            throw ArmFilterErrors.NoRanges();
        }

        var space = eventSpace ?? ArmEventSpace.Bits16;
        for (var index = 0; index < list.Length; index++)
        {
            if (Problem(list[index], space) is { } problem)
            {
                throw ArmFilterErrors.Range(index, list[index], problem);
            }
        }

        return new ArmEventFilter(list);
    }

    /// <summary>What is written to the attribute, in order: u16 first event, u16 number of events, u8 action, 3 bytes of 0.</summary>
    public IReadOnlyList<byte[]> Attributes() => Array.ConvertAll(_ranges, range =>
    {
        var bytes = new byte[RangeBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, range.First);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)range.Count);
        bytes[4] = (byte)range.Action;
        return bytes;
    });

    /// <summary>Whether <paramref name="other"/> has the same ranges in the same order.</summary>
    public bool Equals(ArmEventFilter? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ArmEventFilter);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var range in _ranges)
        {
            hash.Add(range);
        }

        return hash.ToHashCode();
    }

    /// <summary>As in <c>allow 0x11-0x1b, deny 0x12-0x12</c>.</summary>
    public override string ToString() => string.Join(", ", (IEnumerable<ArmEventRange>)_ranges);

    private static string? Problem(ArmEventRange range, ArmEventSpace space) =>
        range.Action is not (FilterAction.Allow or FilterAction.Deny) ? $"There is no filter action {(uint)range.Action}: it is 0 (allow) or 1 (deny)."
        : range.First > range.Last ? $"It ends before it begins."
        : range.Last >= (int)space ? $"Events end at 0x{(int)space - 1:x} there: the kernel answers EINVAL."
        : range.Count > MostEventsOfRange ? "One range has at most 65535 events, because the kernel's count has 16 bits: write two."
        : null;
}
