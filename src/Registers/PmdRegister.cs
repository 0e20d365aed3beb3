namespace Perfmon.Registers;

/// <summary>
/// A PMD of a set: its 64-bit value, and what perfmon keeps beside it. A PMD is used once it is written or named by another's
/// mask; one that is not has no object, so that counting alone never pays for what sampling needs.
/// </summary>
internal sealed class PmdRegister
{
    /// <summary>The value as of <see cref="KernelBase"/>; arithmetic wraps at 64 bits, as the register does.</summary>
    public ulong Value { get; private set; }

    /// <summary>What the kernel's counters had counted when <see cref="Value"/> was set.</summary>
    public ulong KernelBase { get; private set; }

    /// <summary>The value that was last written or reset to: <c>reg_last_value</c>.</summary>
    public ulong LastValue { get; private set; }

    /// <summary>What happens at an overflow; null for a PMD written without attributes.</summary>
    public PmdAttributes? Attributes { get; set; }

    /// <summary>The register's value when the kernel has counted <paramref name="kernelCount"/>.</summary>
    public ulong ValueAt(ulong kernelCount) => unchecked(Value + (kernelCount - KernelBase));

    /// <summary>Writes the register while the kernel stands at <paramref name="kernelCount"/>.</summary>
    public void Write(ulong value, ulong kernelCount)
    {
        Value = value;
        KernelBase = kernelCount;
        LastValue = value;
    }

    /// <summary>Takes over what the kernel has counted, whose counters begin again at zero afterwards.</summary>
    public void Fold(ulong kernelCount)
    {
        Value = ValueAt(kernelCount);
        KernelBase = 0;
    }
}
