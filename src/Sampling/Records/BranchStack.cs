using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

/// <summary>The branches that the hardware kept of what was before an overflow: <c>PERF_SAMPLE_BRANCH_STACK</c>.</summary>
public readonly ref struct BranchStack
{
    internal BranchStack(ReadOnlySpan<ulong> words, PerfBranchSampleType fields)
    {
        // { u64 nr; [u64 hw_idx;] struct perf_branch_entry lbr[nr]; [u64 counters[nr];] }
        if (words.Length < 2)
        {
            return;
        }

        var first = 1;
        if ((fields & PerfBranchSampleType.HwIndex) != 0)
        {
            HardwareIndex = words[first++];
        }

        var branches = (int)words[0];
        Branches = MemoryMarshal.Cast<ulong, Branch>(words[first..])[..branches];
        Counters = (fields & PerfBranchSampleType.Counters) != 0 ? words[^branches..] : [];
    }

    /// <summary>The branches, the last first.</summary>
    public ReadOnlySpan<Branch> Branches { get; }

    /// <summary>
    /// For each branch, how often the group's events occurred since the one before: some bits each, as many as the PMU's
    /// <c>caps/branch_counter_width</c> says. Empty where it was not asked for.
    /// </summary>
    public ReadOnlySpan<ulong> Counters { get; }

    /// <summary>The index of the last branch's register, to stitch stacks of successive samples; null where it is not told, all ones where not known.</summary>
    public ulong? HardwareIndex { get; }
}
