namespace Perfmon.Native.Abi;

/// <summary>The bit fields of <c>struct perf_event_attr</c>, in the u64 that follows <c>read_format</c>.</summary>
[Flags]
internal enum PerfEventAttrFlags : ulong
{
    None = 0,

    [CBitField("disabled")]
    Disabled = 1UL << 0,

    [CBitField("inherit")]
    Inherit = 1UL << 1,

    [CBitField("pinned")]
    Pinned = 1UL << 2,

    [CBitField("exclusive")]
    Exclusive = 1UL << 3,

    [CBitField("exclude_user")]
    ExcludeUser = 1UL << 4,

    [CBitField("exclude_kernel")]
    ExcludeKernel = 1UL << 5,

    [CBitField("exclude_hv")]
    ExcludeHv = 1UL << 6,

    [CBitField("exclude_idle")]
    ExcludeIdle = 1UL << 7,

    [CBitField("mmap")]
    Mmap = 1UL << 8,

    [CBitField("comm")]
    Comm = 1UL << 9,

    [CBitField("freq")]
    Freq = 1UL << 10,

    [CBitField("inherit_stat")]
    InheritStat = 1UL << 11,

    [CBitField("enable_on_exec")]
    EnableOnExec = 1UL << 12,

    [CBitField("task")]
    Task = 1UL << 13,

    [CBitField("watermark")]
    Watermark = 1UL << 14,

    /// <summary>A field of two bits.</summary>
    [CBitField("precise_ip", Value = 3)]
    PreciseIp = 3UL << 15,

    [CBitField("mmap_data")]
    MmapData = 1UL << 17,

    [CBitField("sample_id_all")]
    SampleIdAll = 1UL << 18,

    [CBitField("exclude_host")]
    ExcludeHost = 1UL << 19,

    [CBitField("exclude_guest")]
    ExcludeGuest = 1UL << 20,

    [CBitField("exclude_callchain_kernel")]
    ExcludeCallchainKernel = 1UL << 21,

    [CBitField("exclude_callchain_user")]
    ExcludeCallchainUser = 1UL << 22,

    [CBitField("mmap2")]
    Mmap2 = 1UL << 23,

    [CBitField("comm_exec")]
    CommExec = 1UL << 24,

    [CBitField("use_clockid")]
    UseClockid = 1UL << 25,

    [CBitField("context_switch")]
    ContextSwitch = 1UL << 26,

    [CBitField("write_backward")]
    WriteBackward = 1UL << 27,

    [CBitField("namespaces")]
    Namespaces = 1UL << 28,

    [CBitField("ksymbol")]
    Ksymbol = 1UL << 29,

    [CBitField("bpf_event")]
    BpfEvent = 1UL << 30,

    [CBitField("aux_output")]
    AuxOutput = 1UL << 31,

    [CBitField("cgroup")]
    Cgroup = 1UL << 32,

    [CBitField("text_poke")]
    TextPoke = 1UL << 33,

    [CBitField("build_id")]
    BuildId = 1UL << 34,

    [CBitField("inherit_thread")]
    InheritThread = 1UL << 35,

    [CBitField("remove_on_exec")]
    RemoveOnExec = 1UL << 36,

    [CBitField("sigtrap")]
    Sigtrap = 1UL << 37,
}
