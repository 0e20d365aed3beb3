namespace Perfmon.Host;

/// <summary>The sysctls that decide what may be measured: <c>/proc/sys/kernel</c>. Null: this kernel has no such setting.</summary>
public sealed record KernelSettings
{
    /// <summary>
    /// <c>kernel.perf_event_paranoid</c>: what users without CAP_PERFMON may not do. 2: kernel mode; 1: also whole CPUs; 0: also raw
    /// tracepoints; -1: nothing is forbidden; distributions add 3 and 4: everything is. Null: this kernel has no perf events.
    /// </summary>
    public int? PerfEventParanoid { get; init; }

    /// <summary><c>kernel.perf_event_mlock_kb</c>: sample buffer memory of a user for each CPU beyond the memory lock limit, KiB.</summary>
    public int? PerfEventMlockKibibytes { get; init; }

    /// <summary><c>kernel.perf_event_max_sample_rate</c>: samples a second of an event; lowered when sampling takes too long.</summary>
    public int? PerfEventMaxSampleRate { get; init; }

    /// <summary><c>kernel.perf_event_max_stack</c>: frames of a call chain.</summary>
    public int? PerfEventMaxStack { get; init; }

    /// <summary><c>kernel.perf_cpu_time_max_percent</c>: share of CPU time that sampling may take before the kernel throttles it.</summary>
    public int? PerfCpuTimeMaxPercent { get; init; }

    /// <summary><c>kernel.perf_user_access</c> (Arm): 1 where user space may read counters itself.</summary>
    public int? PerfUserAccess { get; init; }

    /// <summary><c>kernel.kptr_restrict</c>: 0: kernel addresses are shown; 1: to CAP_SYSLOG; 2: to nobody.</summary>
    public int? KptrRestrict { get; init; }

    /// <summary><c>kernel.nmi_watchdog</c>: 1 where the hard lockup detector runs: it may hold a counter of each CPU.</summary>
    public int? NmiWatchdog { get; init; }

    /// <summary><c>kernel.yama.ptrace_scope</c>: 0: trace all own processes; 1: descendants; 2: with CAP_SYS_PTRACE; 3: none.</summary>
    public int? YamaPtraceScope { get; init; }

    internal static KernelSettings Read(HostReader reader)
    {
        int? Setting(string name) => reader.Number<int>(reader.Proc($"sys/kernel/{name}"));
        return new KernelSettings
        {
            PerfEventParanoid = Setting("perf_event_paranoid"),
            PerfEventMlockKibibytes = Setting("perf_event_mlock_kb"),
            PerfEventMaxSampleRate = Setting("perf_event_max_sample_rate"),
            PerfEventMaxStack = Setting("perf_event_max_stack"),
            PerfCpuTimeMaxPercent = Setting("perf_cpu_time_max_percent"),
            PerfUserAccess = Setting("perf_user_access"),
            KptrRestrict = Setting("kptr_restrict"),
            NmiWatchdog = Setting("nmi_watchdog"),
            YamaPtraceScope = Setting("yama/ptrace_scope"),
        };
    }
}
