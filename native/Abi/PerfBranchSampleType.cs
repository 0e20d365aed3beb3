namespace Perfmon.Native.Abi;

/// <summary>
/// Those of <c>enum perf_branch_sample_type</c> that change the layout of a sample's branches. The others choose branches.
/// </summary>
[Flags]
internal enum PerfBranchSampleType : ulong
{
    None = 0,

    /// <summary>A hardware index goes before the branches.</summary>
    [CConstant("PERF_SAMPLE_BRANCH_HW_INDEX")]
    HwIndex = 1UL << 17,

    /// <summary>A word of counters for each branch follows them (Linux 6.8).</summary>
    [CSince(6, 8)]
    [CConstant("PERF_SAMPLE_BRANCH_COUNTERS")]
    Counters = 1UL << 19,
}
