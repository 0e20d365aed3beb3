namespace Perfmon.Native.Abi;

/// <summary>What a sample record carries: <c>enum perf_event_sample_format</c>.</summary>
[Flags]
internal enum PerfSampleFormat : ulong
{
    None = 0,

    [CConstant("PERF_SAMPLE_IP")]
    Ip = 1UL << 0,

    [CConstant("PERF_SAMPLE_TID")]
    Tid = 1UL << 1,

    [CConstant("PERF_SAMPLE_TIME")]
    Time = 1UL << 2,

    [CConstant("PERF_SAMPLE_ADDR")]
    Addr = 1UL << 3,

    [CConstant("PERF_SAMPLE_READ")]
    Read = 1UL << 4,

    [CConstant("PERF_SAMPLE_CALLCHAIN")]
    Callchain = 1UL << 5,

    [CConstant("PERF_SAMPLE_ID")]
    Id = 1UL << 6,

    [CConstant("PERF_SAMPLE_CPU")]
    Cpu = 1UL << 7,

    [CConstant("PERF_SAMPLE_PERIOD")]
    Period = 1UL << 8,

    [CConstant("PERF_SAMPLE_STREAM_ID")]
    StreamId = 1UL << 9,

    [CConstant("PERF_SAMPLE_RAW")]
    Raw = 1UL << 10,

    [CConstant("PERF_SAMPLE_BRANCH_STACK")]
    BranchStack = 1UL << 11,

    [CConstant("PERF_SAMPLE_REGS_USER")]
    RegsUser = 1UL << 12,

    [CConstant("PERF_SAMPLE_STACK_USER")]
    StackUser = 1UL << 13,

    [CConstant("PERF_SAMPLE_WEIGHT")]
    Weight = 1UL << 14,

    [CConstant("PERF_SAMPLE_DATA_SRC")]
    DataSrc = 1UL << 15,

    [CConstant("PERF_SAMPLE_IDENTIFIER")]
    Identifier = 1UL << 16,

    [CConstant("PERF_SAMPLE_TRANSACTION")]
    Transaction = 1UL << 17,

    [CConstant("PERF_SAMPLE_REGS_INTR")]
    RegsIntr = 1UL << 18,

    [CConstant("PERF_SAMPLE_PHYS_ADDR")]
    PhysAddr = 1UL << 19,

    [CConstant("PERF_SAMPLE_AUX")]
    Aux = 1UL << 20,

    [CConstant("PERF_SAMPLE_CGROUP")]
    Cgroup = 1UL << 21,

    [CConstant("PERF_SAMPLE_DATA_PAGE_SIZE")]
    DataPageSize = 1UL << 22,

    [CConstant("PERF_SAMPLE_CODE_PAGE_SIZE")]
    CodePageSize = 1UL << 23,

    [CConstant("PERF_SAMPLE_WEIGHT_STRUCT")]
    WeightStruct = 1UL << 24,
}
