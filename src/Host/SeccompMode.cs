namespace Perfmon.Host;

/// <summary>Whether a filter stands before a process's system calls, as in most containers: it may forbid perf_event_open.</summary>
public enum SeccompMode
{
    /// <summary>No filter.</summary>
    Disabled,

    /// <summary>Only read, write and exit are allowed.</summary>
    Strict,

    /// <summary>A program decides, call by call.</summary>
    Filter,
}
