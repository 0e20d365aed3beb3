namespace Perfmon.Native.Abi;

/// <summary>The kinds of record in a ring: <c>enum perf_event_type</c>.</summary>
internal enum PerfRecordType : uint
{
    [CConstant("PERF_RECORD_MMAP")]
    Mmap = 1,

    [CConstant("PERF_RECORD_LOST")]
    Lost = 2,

    [CConstant("PERF_RECORD_COMM")]
    Comm = 3,

    [CConstant("PERF_RECORD_EXIT")]
    Exit = 4,

    [CConstant("PERF_RECORD_THROTTLE")]
    Throttle = 5,

    [CConstant("PERF_RECORD_UNTHROTTLE")]
    Unthrottle = 6,

    [CConstant("PERF_RECORD_FORK")]
    Fork = 7,

    [CConstant("PERF_RECORD_READ")]
    Read = 8,

    [CConstant("PERF_RECORD_SAMPLE")]
    Sample = 9,

    [CConstant("PERF_RECORD_MMAP2")]
    Mmap2 = 10,

    [CConstant("PERF_RECORD_AUX")]
    Aux = 11,

    [CConstant("PERF_RECORD_ITRACE_START")]
    ItraceStart = 12,

    [CConstant("PERF_RECORD_LOST_SAMPLES")]
    LostSamples = 13,

    [CConstant("PERF_RECORD_SWITCH")]
    Switch = 14,

    [CConstant("PERF_RECORD_SWITCH_CPU_WIDE")]
    SwitchCpuWide = 15,

    [CConstant("PERF_RECORD_NAMESPACES")]
    Namespaces = 16,

    [CConstant("PERF_RECORD_KSYMBOL")]
    Ksymbol = 17,

    [CConstant("PERF_RECORD_BPF_EVENT")]
    BpfEvent = 18,

    [CConstant("PERF_RECORD_CGROUP")]
    Cgroup = 19,

    [CConstant("PERF_RECORD_TEXT_POKE")]
    TextPoke = 20,

    [CConstant("PERF_RECORD_AUX_OUTPUT_HW_ID")]
    AuxOutputHwId = 21,
}
