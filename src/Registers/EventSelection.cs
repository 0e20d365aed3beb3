namespace Perfmon.Registers;

/// <summary>
/// What one counter counts: the selecting part of the kernel's <c>perf_event_attr</c>. It is what a PMC value
/// decodes to and what an event name encodes from; it says nothing of whom to count or when.
/// </summary>
public readonly record struct EventSelection
{
    /// <summary>The PMU: <c>attr.type</c>, one of <see cref="EventType"/> or a number from sysfs.</summary>
    public uint Type { get; init; }

    /// <summary>The event within the PMU: <c>attr.config</c>.</summary>
    public ulong Config { get; init; }

    /// <summary><c>attr.config1</c>; the address of a breakpoint, the function or path of a probe.</summary>
    public ulong Config1 { get; init; }

    /// <summary><c>attr.config2</c>; the length in bytes of a breakpoint, the offset or address of a probe.</summary>
    public ulong Config2 { get; init; }

    /// <summary><c>attr.config3</c> (Linux 6.3).</summary>
    public ulong Config3 { get; init; }

    /// <summary><c>attr.config4</c> (attr size 144).</summary>
    public ulong Config4 { get; init; }

    /// <summary>Which accesses a breakpoint counts: <c>attr.bp_type</c>. Zero for every other type.</summary>
    public BreakpointAccess Breakpoint { get; init; }

    /// <summary>What is left out of the count: the <c>attr.exclude_*</c> bits.</summary>
    public Exclusions Exclude { get; init; }

    /// <summary>How precise sampled addresses must be, 0 to 3: <c>attr.precise_ip</c>.</summary>
    public byte PreciseIp { get; init; }
}
