namespace Perfmon.Native.Abi;

/// <summary>The requests of <c>ioctl(2)</c> on an event: <c>PERF_EVENT_IOC_*</c>.</summary>
internal enum PerfEventIoctl : uint
{
    [CConstant("PERF_EVENT_IOC_ENABLE")]
    Enable = 0x2400,

    [CConstant("PERF_EVENT_IOC_DISABLE")]
    Disable = 0x2401,

    [CConstant("PERF_EVENT_IOC_REFRESH")]
    Refresh = 0x2402,

    [CConstant("PERF_EVENT_IOC_RESET")]
    Reset = 0x2403,

    [CConstant("PERF_EVENT_IOC_PERIOD")]
    Period = 0x40082404,

    [CConstant("PERF_EVENT_IOC_SET_OUTPUT")]
    SetOutput = 0x2405,

    [CConstant("PERF_EVENT_IOC_SET_FILTER")]
    SetFilter = 0x40082406,

    [CConstant("PERF_EVENT_IOC_ID")]
    Id = 0x80082407,

    [CConstant("PERF_EVENT_IOC_SET_BPF")]
    SetBpf = 0x40042408,

    [CConstant("PERF_EVENT_IOC_PAUSE_OUTPUT")]
    PauseOutput = 0x40042409,

    [CConstant("PERF_EVENT_IOC_QUERY_BPF")]
    QueryBpf = 0xC008240A,

    [CConstant("PERF_EVENT_IOC_MODIFY_ATTRIBUTES")]
    ModifyAttributes = 0x4008240B,
}
