namespace Perfmon.Native.Abi;

/// <summary>The flags of <c>perf_event_open(2)</c>.</summary>
[Flags]
internal enum PerfEventOpenFlags : ulong
{
    None = 0,

    [CConstant("PERF_FLAG_FD_NO_GROUP")]
    FdNoGroup = 1,

    [CConstant("PERF_FLAG_FD_OUTPUT")]
    FdOutput = 2,

    [CConstant("PERF_FLAG_PID_CGROUP")]
    PidCgroup = 4,

    [CConstant("PERF_FLAG_FD_CLOEXEC")]
    FdCloexec = 8,
}
