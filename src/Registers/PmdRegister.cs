namespace Perfmon.Registers;

/// <summary>
/// A PMD of a set: its 64-bit value, and what perfmon keeps beside it. A PMD is used once it is written or named by another's
/// mask; one that is not has no object, so that counting alone never pays for what sampling needs.
/// </summary>
internal sealed class PmdRegister
{
    // reg_last_value as of KernelBase.
    private ulong _lastValue;

    /// <summary>The value as of <see cref="KernelBase"/>; arithmetic wraps at 64 bits, as the register does.</summary>
    public ulong Value { get; private set; }

    /// <summary>What the kernel's counters had counted when <see cref="Value"/> was set.</summary>
    public ulong KernelBase { get; private set; }

    /// <summary>What happens at an overflow; null for a PMD written without attributes.</summary>
    public PmdAttributes? Attributes { get; set; }

    /// <summary>
    /// The register's value when the kernel has counted <paramref name="kernelCount"/>. It overflows where it wraps at 64 bits, and goes on from the short
    /// reset value, 0 where it has no attributes.
    /// </summary>
    public ulong ValueAt(ulong kernelCount)
    {
        var counted = unchecked(kernelCount - KernelBase);
        var untilOverflow = unchecked(0 - Value);
        if (Value == 0 || counted < untilOverflow)
        {
            return unchecked(Value + counted);
        }

        var beyond = counted - untilOverflow;
        var reset = Attributes?.ShortReset ?? 0;
        return reset == 0 ? beyond : unchecked(reset + (beyond % (0 - reset)));
    }

    /// <summary>The value that was last written or reset to (<c>reg_last_value</c>), when the kernel has counted <paramref name="kernelCount"/>.</summary>
    public ulong LastValueAt(ulong kernelCount) =>
        Value == 0 || unchecked(kernelCount - KernelBase) < unchecked(0 - Value) ? _lastValue : Attributes?.ShortReset ?? _lastValue;

    /// <summary>
    /// How many events there are from now on until its <paramref name="nth"/> overflow, counted from 1; <see cref="ulong.MaxValue"/> where that is beyond all
    /// numbers.
    /// </summary>
    public ulong EventsUntilOverflow(ulong kernelCount, ulong nth)
    {
        // From 0 it is a whole turn of 64 bits.
        var first = (UInt128)unchecked(ulong.MaxValue - ValueAt(kernelCount)) + 1;
        var period = (UInt128)unchecked(ulong.MaxValue - (Attributes?.ShortReset ?? 0)) + 1;
        var limit = (UInt128)ulong.MaxValue;
        return nth - 1 > limit / period ? ulong.MaxValue : (ulong)UInt128.Min(first + ((nth - 1) * period), limit);
    }

    /// <summary>The value that was last written or reset to (<c>reg_last_value</c>).</summary>
    public ulong LastValue => _lastValue;

    /// <summary>Whether it has overflowed when the kernel has counted <paramref name="kernelCount"/>. From 0 it never does.</summary>
    public bool HasOverflowedAt(ulong kernelCount) => Value != 0 && unchecked(kernelCount - KernelBase) >= unchecked(0 - Value);

    /// <summary>
    /// The kernel's count at which it overflows; <see cref="ulong.MaxValue"/> for never.
    /// </summary>
    public ulong OverflowsAt => Value == 0 || unchecked(0 - Value) > ulong.MaxValue - KernelBase ? ulong.MaxValue : KernelBase + unchecked(0 - Value);

    /// <summary>Stands, after an overflow and before any reset, at what was counted beyond it.</summary>
    /// <param name="kernelCount">The kernel's count when the overflow was told.</param>
    /// <param name="beyond">Events since the overflow.</param>
    public void Wrap(ulong kernelCount, ulong beyond)
    {
        Value = beyond;
        KernelBase = kernelCount;
    }

    /// <summary>Writes the register while the kernel stands at <paramref name="kernelCount"/>.</summary>
    public void Write(ulong value, ulong kernelCount)
    {
        Value = value;
        KernelBase = kernelCount;
        _lastValue = value;
    }

    /// <summary>Takes over what the kernel has counted, whose counters begin again at zero afterwards.</summary>
    public void Fold(ulong kernelCount)
    {
        _lastValue = LastValueAt(kernelCount);
        Value = ValueAt(kernelCount);
        KernelBase = 0;
    }
}
