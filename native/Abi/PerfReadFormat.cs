namespace Perfmon.Native.Abi;

/// <summary>What <c>read(2)</c> on an event gives: <c>enum perf_event_read_format</c>.</summary>
[Flags]
internal enum PerfReadFormat : ulong
{
    None = 0,

    [CConstant("PERF_FORMAT_TOTAL_TIME_ENABLED")]
    TotalTimeEnabled = 1UL << 0,

    [CConstant("PERF_FORMAT_TOTAL_TIME_RUNNING")]
    TotalTimeRunning = 1UL << 1,

    [CConstant("PERF_FORMAT_ID")]
    Id = 1UL << 2,

    [CConstant("PERF_FORMAT_GROUP")]
    Group = 1UL << 3,

    [CConstant("PERF_FORMAT_LOST")]
    Lost = 1UL << 4,
}
