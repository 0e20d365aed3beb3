namespace Perfmon.Diagnostics;

/// <summary>Why a request failed, in terms of who must act.</summary>
public enum PerfmonReason
{
    /// <summary>The request itself is wrong: a name, a value, a call in the wrong state. The caller corrects it.</summary>
    InvalidRequest,

    /// <summary>An event name is not understood. The caller corrects it.</summary>
    UnknownEvent,

    /// <summary>The machine has no such PMU, event or feature. Another event, or another machine.</summary>
    NotSupported,

    /// <summary>The user may not. An administrator allows it, or less is asked for.</summary>
    NotPermitted,

    /// <summary>A limit is reached: descriptors, locked memory, breakpoint slots. It is raised, or less is asked for.</summary>
    LimitReached,

    /// <summary>The hardware is in use, or too small for what must run at once.</summary>
    Busy,

    /// <summary>The thread, process, CPU or cgroup does not exist, or has ended.</summary>
    NoSuchTarget,

    /// <summary>The kernel answered what nobody expects. A bug report.</summary>
    Unexpected,
}
