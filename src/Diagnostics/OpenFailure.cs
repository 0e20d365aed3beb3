using Perfmon.Native;

namespace Perfmon.Diagnostics;

/// <summary>What was asked of <c>perf_event_open(2)</c> when it failed, in the terms an explanation needs.</summary>
internal sealed record OpenFailure
{
    /// <summary>The event as the user knows it.</summary>
    public required string Event { get; init; }

    /// <summary>The event's set, where the session has several.</summary>
    public int? Set { get; init; }

    /// <summary>The target as the user knows it: <c>thread 4711</c>.</summary>
    public required string Target { get; init; }

    public required Errno Error { get; init; }

    /// <summary>The event's source: a PMU's name, or that of a fixed type.</summary>
    public required string Pmu { get; init; }

    /// <summary>Whether it is an event of a CPU's own counters: hardware, cache, raw.</summary>
    public bool IsHardware { get; init; }

    public bool IsBreakpoint { get; init; }

    public bool IsTracepoint { get; init; }

    /// <summary>Whether it is a kprobe or uprobe.</summary>
    public bool IsProbe => Pmu is "kprobe" or "uprobe";

    /// <summary>Whether it was to be sampled, not only counted.</summary>
    public bool IsSampled { get; init; }

    /// <summary>Whether kernel mode was to be counted too.</summary>
    public bool KernelMode { get; init; }

    /// <summary>Whether whole CPUs or a cgroup were to be watched.</summary>
    public bool SystemWide { get; init; }

    /// <summary>Whether the target is the caller itself, or a command of its own.</summary>
    public bool OwnTarget { get; init; }

    /// <summary>Whether any exclude bit is set: some PMUs refuse them all.</summary>
    public bool Excludes { get; init; }

    /// <summary>Whether it is an event of a core's PMU that would count guests along (no <c>exclude_guest</c>).</summary>
    public bool CountsGuests { get; init; }

    /// <summary>Whether counts of children were to be followed.</summary>
    public bool Inherit { get; init; }

    /// <summary>Members of the group before this one; 0 for its leader.</summary>
    public int GroupPosition { get; init; }

    /// <summary>The attr size that the kernel knows, after E2BIG.</summary>
    public uint KnownAttrSize { get; init; }

    /// <summary>Descriptors this attach needs in all.</summary>
    public long DescriptorsNeeded { get; init; }
}
