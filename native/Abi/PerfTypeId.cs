namespace Perfmon.Native.Abi;

/// <summary>The fixed PMU types: <c>enum perf_type_id</c>.</summary>
internal enum PerfTypeId : uint
{
    [CConstant("PERF_TYPE_HARDWARE")]
    Hardware = 0,

    [CConstant("PERF_TYPE_SOFTWARE")]
    Software = 1,

    [CConstant("PERF_TYPE_TRACEPOINT")]
    Tracepoint = 2,

    [CConstant("PERF_TYPE_HW_CACHE")]
    HwCache = 3,

    [CConstant("PERF_TYPE_RAW")]
    Raw = 4,

    [CConstant("PERF_TYPE_BREAKPOINT")]
    Breakpoint = 5,
}
