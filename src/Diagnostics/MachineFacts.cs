namespace Perfmon.Diagnostics;

/// <summary>What of the machine and the user decides why a call failed. Plain values, so that a table tests the explanations.</summary>
internal sealed record MachineFacts
{
    /// <summary><c>kernel.perf_event_paranoid</c>; null where this kernel has no such file.</summary>
    public int? Paranoid { get; init; }

    /// <summary>Whether CAP_PERFMON or CAP_SYS_ADMIN is held, which paranoid levels do not bind.</summary>
    public bool MayMonitorAll { get; init; }

    /// <summary>Whether CAP_SYS_PTRACE is held.</summary>
    public bool MayTraceAll { get; init; }

    /// <summary>Whether system calls pass a seccomp filter, as in most containers.</summary>
    public bool IsFiltered { get; init; }

    public bool IsVirtualMachine { get; init; }

    public bool HasCorePmu { get; init; }

    /// <summary>Whether KVM hands the PMU itself to guests while they run (<c>enable_mediated_pmu</c>, Linux 7.0).</summary>
    public bool MediatesPmu { get; init; }

    /// <summary>The soft and hard limits of open files.</summary>
    public ulong? OpenFilesSoft { get; init; }

    public ulong? OpenFilesHard { get; init; }

    /// <summary>Files open when the call failed.</summary>
    public int? OpenFileCount { get; init; }

    /// <summary>CPUs that are online: <c>0-3</c>.</summary>
    public string OnlineCpus { get; init; } = "";
}
