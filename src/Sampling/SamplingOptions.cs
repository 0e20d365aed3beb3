using Perfmon.Sampling.Records;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>How a <see cref="SamplingSession"/> samples; a value of its own for each question, all with a default.</summary>
public sealed record SamplingOptions
{
    /// <summary>The defaults.</summary>
    public static SamplingOptions Default { get; } = new();

    /// <summary>
    /// How often each event is sampled, unless its name says so itself (<c>:period=N</c>). Null: as <c>perf record</c> does, each event of
    /// tracepoints, probes and breakpoints, and 4,000 times a second all others, or as
    /// often as the kernel permits.
    /// </summary>
    public SampleRate? Rate { get; init; }

    /// <summary>
    /// What each sample carries. Thread, time, CPU and the event's id are always there. A fixed period of the events that the kernel itself
    /// counts is not written to each sample, as it would then sample every one of them; <see cref="Sample.Period"/> has it all the same.
    /// </summary>
    public SampleFields Fields { get; init; } = SampleFields.Ip | SampleFields.Period;

    /// <summary>Which call chains samples carry; null for none.</summary>
    public CallchainOptions? Callchain { get; init; }

    /// <summary>Which part of the program's registers and stack samples carry, to unwind it later; null for none.</summary>
    public UserStackOptions? UserStack { get; init; }

    /// <summary>What is recorded besides samples, so that addresses and threads can be named.</summary>
    public SideBand SideBand { get; init; } = SideBand.Default;

    /// <summary>What of a process's or command's descendants is sampled.</summary>
    public Following Following { get; init; } = Following.ThreadsAndProcesses;

    /// <summary>Whether kernel mode is sampled where the user may not.</summary>
    public KernelMode KernelMode { get; init; } = KernelMode.AsAsked;

    /// <summary>What the times of records are.</summary>
    public SamplingClock Clock { get; init; } = SamplingClock.Monotonic;

    /// <summary>The room of each ring.</summary>
    public RingSize RingSize { get; init; } = RingSize.Default;

    /// <summary>Whether smaller rings will do where this user may not lock as much memory. <see cref="SamplingSession.Notice"/> tells of it.</summary>
    public SmallerRings SmallerRings { get; init; } = SmallerRings.Refuse;

    /// <summary>What gives way when a ring is full.</summary>
    public RingMode RingMode { get; init; } = RingMode.KeepOldest;

    /// <summary>When the kernel wakes who waits.</summary>
    public WakeUp WakeUp { get; init; } = WakeUp.AtQuarter;

    /// <summary>How long who waits leaves rings alone that are not full enough to wake him: the most that a sample is late.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>Which call chains samples carry.</summary>
public sealed record CallchainOptions
{
    /// <summary>Frames of the kernel and of the program, as many as the kernel gives.</summary>
    public static CallchainOptions Default { get; } = new();

    /// <summary>Whose frames.</summary>
    public CallchainSource Source { get; init; } = CallchainSource.KernelAndUser;

    /// <summary>The most frames (<c>sample_max_stack</c>); null for <c>kernel.perf_event_max_stack</c>.</summary>
    public ushort? MaxFrames { get; init; }
}

/// <summary>Whose frames a call chain has.</summary>
public enum CallchainSource
{
    /// <summary>Those of the kernel, then those of the program.</summary>
    KernelAndUser,

    /// <summary>Those of the program, by frame pointers.</summary>
    User,

    /// <summary>Those of the kernel.</summary>
    Kernel,
}

/// <summary>The program's registers and a part of its stack in each sample.</summary>
/// <param name="Registers">A bit for each register: <c>enum perf_event_x86_regs</c> or <c>perf_event_arm_regs</c>.</param>
/// <param name="StackBytes">Bytes of the stack from the stack pointer on: a multiple of 8 up to 65,528; 0 for none.</param>
public sealed record UserStackOptions(ulong Registers, int StackBytes);

/// <summary>
/// The clock of the times of records (<c>use_clockid</c>). The kernel has others for a few sources of events only; tracepoints and the CPU's own counters are not
/// among them.
/// </summary>
public enum SamplingClock
{
    /// <summary>CLOCK_MONOTONIC: that of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    Monotonic,

    /// <summary>CLOCK_MONOTONIC_RAW: nobody sets its rate.</summary>
    MonotonicRaw,

    /// <summary>The kernel's own for perf events, as <c>perf record</c> has without <c>-k</c>.</summary>
    Kernel,
}

/// <summary>What is recorded besides samples, by a dummy event beside the sampled ones.</summary>
[Flags]
public enum SideBand
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Files that are mapped to be executed: MMAP2.</summary>
    Mappings = 1,

    /// <summary>Files that are mapped as data too.</summary>
    DataMappings = 2,

    /// <summary>Names of threads, and programs that are executed: COMM.</summary>
    Names = 4,

    /// <summary>Threads and processes that begin and end: FORK, EXIT.</summary>
    Tasks = 8,

    /// <summary>Threads that come and go on a CPU: SWITCH, SWITCH_CPU_WIDE.</summary>
    Switches = 16,

    /// <summary>Namespaces of processes. For users with CAP_PERFMON.</summary>
    Namespaces = 32,

    /// <summary>Paths of cgroups (Linux 5.7).</summary>
    Cgroups = 64,

    /// <summary>Symbols that the kernel gets and loses at run time: KSYMBOL, and BPF programs: BPF_EVENT.</summary>
    KernelSymbols = 128,

    /// <summary>Mappings carry the build id of their file in place of its inode, where it has one (Linux 5.12).</summary>
    BuildIds = 256,

    /// <summary>What naming addresses and threads takes.</summary>
    Default = Mappings | Names | Tasks,
}

/// <summary>Whether smaller rings than asked for will do.</summary>
public enum SmallerRings
{
    /// <summary>No: the attach fails and says what would be allowed.</summary>
    Refuse,

    /// <summary>Yes: half, a quarter and so on, down to a page.</summary>
    Allow,
}

/// <summary>What gives way when a ring is full.</summary>
public enum RingMode
{
    /// <summary>New records: they are lost, and counted.</summary>
    KeepOldest,

    /// <summary>
    /// The oldest records: the kernel writes over them (<c>write_backward</c>), nobody counts them, and the ring is read by
    /// <see cref="SamplingSession.TakeSnapshot"/> and at the end.
    /// </summary>
    KeepNewest,
}
