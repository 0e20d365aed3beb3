using System.Numerics;

namespace Perfmon.Sampling.Records;

/// <summary>
/// The registers that a sample carries: <c>PERF_SAMPLE_REGS_USER</c>, <c>PERF_SAMPLE_REGS_INTR</c>. They are numbered as in the architecture's
/// <c>enum perf_event_x86_regs</c>, <c>perf_event_arm_regs</c>.
/// </summary>
public readonly ref struct SampledRegisters
{
    internal SampledRegisters(ReadOnlySpan<ulong> words, ulong mask)
    {
        // { u64 abi; u64 regs[weight(mask)]; }, and without the registers where abi is 0.
        if (words.Length > 1)
        {
            Abi = (RegisterAbi)words[0];
            Mask = mask;
            Values = words[1..];
        }
    }

    /// <summary>Whose registers these are; <see cref="RegisterAbi.None"/> where the sample has none, as of a kernel thread.</summary>
    public RegisterAbi Abi { get; }

    /// <summary>A bit for each register that is there.</summary>
    public ulong Mask { get; }

    /// <summary>Their values, the lowest register's first.</summary>
    public ReadOnlySpan<ulong> Values { get; }

    /// <summary>One register's value.</summary>
    /// <returns>False when the sample does not have it.</returns>
    public bool TryGet(int register, out ulong value)
    {
        value = 0;
        if ((uint)register >= 64 || (Mask & (1UL << register)) == 0)
        {
            return false;
        }

        value = Values[BitOperations.PopCount(Mask & ((1UL << register) - 1))];
        return true;
    }
}

/// <summary>What kind of program registers are of: <c>enum perf_sample_regs_abi</c>.</summary>
public enum RegisterAbi : ulong
{
    /// <summary>There are none.</summary>
    None = 0,

    /// <summary>A 32-bit program's.</summary>
    Bits32 = 1,

    /// <summary>A 64-bit program's.</summary>
    Bits64 = 2,
}
