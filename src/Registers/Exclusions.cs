namespace Perfmon.Registers;

/// <summary>What a counter leaves out: the <c>exclude_*</c> bits of <c>perf_event_attr</c>.</summary>
[Flags]
public enum Exclusions : byte
{
    /// <summary>Everything is counted.</summary>
    None = 0,

    /// <summary>User mode is not counted.</summary>
    User = 1,

    /// <summary>Kernel mode is not counted.</summary>
    Kernel = 2,

    /// <summary>The hypervisor is not counted.</summary>
    Hypervisor = 4,

    /// <summary>The host is not counted: guests only.</summary>
    Host = 8,

    /// <summary>Guests are not counted: the host only.</summary>
    Guest = 16,

    /// <summary>The idle task is not counted.</summary>
    Idle = 32,
}
