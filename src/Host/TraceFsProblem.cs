namespace Perfmon.Host;

/// <summary>Why a tracepoint has no id.</summary>
public enum TraceFsProblem
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>tracefs is not mounted: <c>sudo mount -t tracefs nodev /sys/kernel/tracing</c>, or the kernel has none.</summary>
    NotMounted,

    /// <summary>tracefs is there, and this user may not read it: by default only root may.</summary>
    NotReadable,

    /// <summary>No system (a folder of <c>events</c>) has that name.</summary>
    NoSuchSystem,

    /// <summary>The system has no event of that name, or perf cannot open it: it has no <c>id</c>.</summary>
    NoSuchEvent,

    /// <summary>The file <c>id</c> does not hold a number.</summary>
    Malformed,
}
