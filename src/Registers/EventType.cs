namespace Perfmon.Registers;

/// <summary>The PMU types with fixed numbers: the kernel's <c>enum perf_type_id</c>.</summary>
public static class EventType
{
    /// <summary>Generic hardware events, translated by the kernel to the CPU's own.</summary>
    public const uint Hardware = 0;

    /// <summary>Events the kernel counts itself: page faults, context switches, clocks.</summary>
    public const uint Software = 1;

    /// <summary>Static tracepoints, by the id in tracefs.</summary>
    public const uint Tracepoint = 2;

    /// <summary>Generic cache events: cache, operation and result.</summary>
    public const uint HardwareCache = 3;

    /// <summary>Events in the CPU's own encoding.</summary>
    public const uint Raw = 4;

    /// <summary>Accesses to an address, by the CPU's debug registers.</summary>
    public const uint Breakpoint = 5;
}
