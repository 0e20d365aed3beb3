namespace Perfmon.Kvm.Paravirtual;

/// <summary>The bits of GLOBAL_CONTROL.</summary>
public static class GlobalControlBits
{
    /// <summary>The counters that are enabled by themselves run.</summary>
    public const ulong Enable = 1;

    /// <summary>All counters freeze when one whose CONTROL has NOTIFY overflows.</summary>
    public const ulong FreezeOnNotify = 2;
}

/// <summary>The bits of GLOBAL_STATUS.</summary>
public static class GlobalStatusBits
{
    /// <summary>The counters run: enabled, and not frozen.</summary>
    public const ulong Running = 1;

    /// <summary>The counters are frozen.</summary>
    public const ulong Frozen = 2;
}

/// <summary>The bits of OVERFLOW_STATUS, OVERFLOW_CLEAR and OVERFLOW_SET; bit n is counter n's.</summary>
public static class OverflowBits
{
    /// <summary>The counters are frozen.</summary>
    public const ulong Frozen = 1UL << 63;
}

/// <summary>The bits of CAPABILITIES, beside the number of counters in 7:0 and their width in 15:8.</summary>
public static class CapabilityBits
{
    /// <summary>Some raw events are permitted.</summary>
    public const ulong RawEvents = 1UL << 16;

    /// <summary>Overflows of counters with NOTIFY raise the interrupt of NOTIFY_VECTOR.</summary>
    public const ulong Interrupt = 1UL << 17;
}

/// <summary>The bits of a counter's STATUS. No bit: the counter is not enabled, or counts nothing by what it selects.</summary>
[Flags]
public enum CounterStatus
{
    /// <summary>The counter is off.</summary>
    None = 0,

    /// <summary>The host has a counter for it, which runs while GLOBAL_STATUS says RUNNING.</summary>
    Counting = 1,

    /// <summary>The host cannot count the event; VALUE stays as it was written.</summary>
    NotCounted = 2,

    /// <summary>The VMM does not permit the event; VALUE stays as it was written.</summary>
    Denied = 4,

    /// <summary>NOTIFY is set, but the host cannot tell when the counter overflows: it is found at the next access.</summary>
    Polled = 8,
}
