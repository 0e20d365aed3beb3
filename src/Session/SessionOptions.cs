namespace Perfmon.Session;

/// <summary>How a <see cref="MonitoringSession"/> counts; a value of its own for each question, all with a default.</summary>
public sealed record SessionOptions
{
    /// <summary>The defaults.</summary>
    public static SessionOptions Default { get; } = new();

    /// <summary>What of a process's descendants is counted.</summary>
    public Following Following { get; init; } = Following.ThreadsAndProcesses;

    /// <summary>Whether the events must count at the same time.</summary>
    public Scheduling Scheduling { get; init; } = Scheduling.Independent;

    /// <summary>Whether kernel mode is counted where the user may not count it.</summary>
    public KernelMode KernelMode { get; init; } = KernelMode.AsAsked;

    /// <summary>Whether a thread that counts itself reads its counters without the kernel.</summary>
    public UserSpaceReads UserSpaceReads { get; init; } = UserSpaceReads.Never;

    /// <summary>What happens to events that this machine lacks.</summary>
    public UnsupportedEvents UnsupportedEvents { get; init; } = UnsupportedEvents.Refuse;
}

/// <summary>What of a target's descendants is counted: the kernel's <c>inherit</c> and <c>inherit_thread</c>.</summary>
public enum Following
{
    /// <summary>Threads and processes that a monitored process or command creates later.</summary>
    ThreadsAndProcesses,

    /// <summary>Threads only, not child processes (Linux 5.13).</summary>
    Threads,

    /// <summary>The threads that exist at the attach, no others.</summary>
    Nothing,
}

/// <summary>Whether events of a PMU with few counters must count at the same time.</summary>
public enum Scheduling
{
    /// <summary>Each hardware event counts when the kernel finds a counter for it; what had to share is estimated, and says so.</summary>
    Independent,

    /// <summary>Events of one PMU count at the same time or not at all: one kernel group for each PMU.</summary>
    Together,
}

/// <summary>What happens to events whose kernel mode this user may not count.</summary>
public enum KernelMode
{
    /// <summary>The attach fails and says what to do.</summary>
    AsAsked,

    /// <summary>They count user mode only, unless they name modes themselves; their names then end in <c>:u</c>.</summary>
    WhenPermitted,
}

/// <summary>What happens to events that the machine lacks.</summary>
public enum UnsupportedEvents
{
    /// <summary>The attach fails and says which event and why.</summary>
    Refuse,

    /// <summary>They are <see cref="CountState.NotCounted"/> with the reason; the others count. The attach fails if none is left.</summary>
    Skip,
}

/// <summary>Whether counters are read by an instruction of the CPU (<c>rdpmc</c>, <c>mrs</c>) in place of <c>read(2)</c>.</summary>
public enum UserSpaceReads
{
    /// <summary>The kernel is asked for every count.</summary>
    Never,

    /// <summary>
    /// Where the session counts the thread that reads it, on a counter of the CPU that the kernel lets user space read; the kernel is
    /// asked for the others, and <see cref="Count.Path"/> tells. It costs a page of memory for each event.
    /// </summary>
    WhenPossible,
}
