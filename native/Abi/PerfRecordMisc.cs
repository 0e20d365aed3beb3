namespace Perfmon.Native.Abi;

/// <summary>The flags of <see cref="PerfEventHeader.Misc"/> above the CPU mode: <c>PERF_RECORD_MISC_*</c>. What a bit says depends on the type.</summary>
internal static class PerfRecordMisc
{
    /// <summary>/proc/PID/maps could not be read to its end in time.</summary>
    [CConstant("PERF_RECORD_MISC_PROC_MAP_PARSE_TIMEOUT")]
    public const ushort ProcMapParseTimeout = 1 << 12;

    [CConstant("PERF_RECORD_MISC_MMAP_DATA")]
    public const ushort MmapData = 1 << 13;

    [CConstant("PERF_RECORD_MISC_COMM_EXEC")]
    public const ushort CommExec = 1 << 13;

    [CConstant("PERF_RECORD_MISC_SWITCH_OUT")]
    public const ushort SwitchOut = 1 << 13;

    [CConstant("PERF_RECORD_MISC_EXACT_IP")]
    public const ushort ExactIp = 1 << 14;

    [CConstant("PERF_RECORD_MISC_SWITCH_OUT_PREEMPT")]
    public const ushort SwitchOutPreempt = 1 << 14;

    [CConstant("PERF_RECORD_MISC_MMAP_BUILD_ID")]
    public const ushort MmapBuildId = 1 << 14;
}
