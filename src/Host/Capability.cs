namespace Perfmon.Host;

/// <summary>The Linux capabilities (<c>capabilities(7)</c>) that decide what may be measured; a member's value is its bit.</summary>
public enum Capability
{
    /// <summary>CAP_IPC_LOCK: lock memory beyond the limit: sample buffers.</summary>
    IpcLock = 14,

    /// <summary>CAP_SYS_PTRACE: measure another user's processes.</summary>
    SysPtrace = 19,

    /// <summary>CAP_SYS_ADMIN: everything here; before Linux 5.8 what <see cref="Perfmon"/> allows.</summary>
    SysAdmin = 21,

    /// <summary>CAP_SYS_RESOURCE: raise one's own limits, such as that of open files.</summary>
    SysResource = 24,

    /// <summary>CAP_SYSLOG: see kernel addresses where kernel.kptr_restrict is 1.</summary>
    Syslog = 34,

    /// <summary>CAP_PERFMON (Linux 5.8): measure whatever kernel.perf_event_paranoid says.</summary>
    Perfmon = 38,
}
