using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events;

/// <summary>One event that a text asked for: what to count, and what the text and the machine say besides.</summary>
public sealed record EventRequest
{
    /// <summary>The event as it was written, with its modifiers; for one of several that a text stands for, its own name.</summary>
    public required string Name { get; init; }

    /// <summary>What is counted, the exclusions and the precision of the modifiers included.</summary>
    public required EventSelection Selection { get; init; }

    /// <summary>The PMU, by its name in sysfs, such as <c>cpu</c>, <c>software</c> or <c>msr</c>.</summary>
    public required string Pmu { get; init; }

    /// <summary>
    /// Whether the text named any of u, k and h. Where it did not, a session may leave out what its user may not count; where it did, it
    /// may not change what was asked.
    /// </summary>
    public bool HasExplicitPrivileges { get; init; }

    /// <summary>
    /// Whether the event can leave anything out of its count at all. Where not, the kernel refuses every <c>exclude_*</c> bit, a
    /// session's defaults too.
    /// </summary>
    public bool CanExclude { get; init; } = true;

    /// <summary>The sampling period, in events; null where the text gives none.</summary>
    public ulong? Period { get; init; }

    /// <summary>The index of the <c>{}</c> group in the text, from 0; -1 for an event outside groups.</summary>
    public int Group { get; init; } = -1;

    /// <summary>What a count is multiplied by to be in <see cref="Unit"/>.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The unit of the scaled count, such as <c>Joules</c> or <c>ns</c>; null for a plain number.</summary>
    public string? Unit { get; init; }

    /// <summary>The CPUs on which the event exists: a hybrid core's own, or one for each package of an uncore PMU; null for all.</summary>
    public CpuList? Cpus { get; init; }

    /// <summary>Whether the event counts CPUs only, never a thread.</summary>
    public bool SystemWideOnly { get; init; }

    /// <summary>The text whose address belongs in <see cref="EventSelection.Config1"/>; null for all but probes.</summary>
    public ProbeText? Text { get; init; }

    /// <summary>
    /// Why the event can be opened and yet never counts, such as one that happens in kernel mode only with kernel mode left out; null
    /// where it counts. A session reads it as not counted, not as the kernel's 0.
    /// </summary>
    public string? Futility { get; init; }

    /// <summary>What the user should know of a legal request, such as that its count will be 0; null where there is nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Whether a core's PMU counts it, by a generic name or by the core's own encoding.</summary>
    internal bool IsOfCore => Selection.Type is EventType.Hardware or EventType.HardwareCache or EventType.Raw;

    /// <summary>Where the event stands in the text.</summary>
    public int Start { get; init; }

    /// <summary>How many characters of the text are the event.</summary>
    public int Length { get; init; }
}
