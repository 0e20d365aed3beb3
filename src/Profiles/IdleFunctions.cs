using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>Where the kernel waits when a CPU has nothing to do: what clocks sample there is no work. perf's list (<c>symbol__is_idle</c>).</summary>
public static class IdleFunctions
{
    private static readonly HashSet<string> s_names =
    [
        "acpi_idle_do_entry", "acpi_processor_ffh_cstate_enter", "arch_cpu_idle", "cpu_idle", "cpu_startup_entry", "idle_cpu", "intel_idle", "intel_idle_ibrs",
        "default_idle", "native_safe_halt", "pv_native_safe_halt", "enter_idle", "exit_idle", "mwait_idle", "mwait_idle_with_hints",
        "mwait_idle_with_hints.constprop.0", "poll_idle", "cpu_do_idle", "cpuidle_enter_state",
    ];

    /// <summary>Whether it is one of them.</summary>
    public static bool Contains(ProfileFunction function) => function.Kind == FrameKind.Kernel && s_names.Contains(function.Name);
}
