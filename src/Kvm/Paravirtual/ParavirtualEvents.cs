using Perfmon.Events;
using Perfmon.Registers;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>The events of class 0, which mean the same on every host.</summary>
public enum GenericEvent
{
    /// <summary>CPU cycles.</summary>
    Cycles = 0,

    /// <summary>Instructions retired.</summary>
    Instructions = 1,

    /// <summary>References of the last-level cache.</summary>
    CacheReferences = 2,

    /// <summary>Misses of the last-level cache.</summary>
    CacheMisses = 3,

    /// <summary>Branch instructions retired.</summary>
    Branches = 4,

    /// <summary>Branches that were mispredicted.</summary>
    BranchMisses = 5,

    /// <summary>Cycles of the bus.</summary>
    BusCycles = 6,

    /// <summary>Cycles in which the front end issued nothing.</summary>
    StalledCyclesFrontend = 7,

    /// <summary>Cycles in which the back end retired nothing.</summary>
    StalledCyclesBackend = 8,

    /// <summary>Cycles at a constant rate, whatever the clock of the CPU.</summary>
    ReferenceCycles = 9,
}

/// <summary>What a guest can select by number.</summary>
public static class ParavirtualEvents
{
    /// <summary>How many generic events there are.</summary>
    public const int GenericCount = 10;

    /// <summary>
    /// The table of host events where a VMM gives none: the vCPU's time on the CPU in nanoseconds, page faults that the host served it, its context switches and migrations
    /// between CPUs, its exits to KVM, those to the VMM, and the instructions that KVM interpreted for it.
    /// </summary>
    public static IReadOnlyList<string> DefaultHostEvents { get; } =
        ["task-clock", "page-faults", "context-switches", "cpu-migrations", "kvm:kvm_exit", "kvm:kvm_userspace_exit", "kvm:kvm_emulate_insn"];

    // The kernel numbers its generic hardware events (perf_hw_id) as class 0 does. The host does not count: the guest is only what runs in the guest.
    internal static EventRequest Generic(GenericEvent what, CounterControl modes) => Of(
        $"generic event {(int)what} ({what}) of the guest",
        new EventSelection { Type = EventType.Hardware, Config = (ulong)what, Exclude = Excluded(modes) });

    // Select bits 11:8 are AMD's, and lie at 35:32.
    internal static EventRequest Raw(CounterControl control) => Of(
        $"raw event 0x{control.Code:x}/0x{control.Umask:x} of the guest",
        new EventSelection
        {
            Type = EventType.Raw,
            Config = (control.Code & 0xffUL) | ((ulong)control.Umask << 8) | ((ulong)(control.Code >> 8) << 32),
            Exclude = Excluded(control),
        });

    private static EventRequest Of(string name, EventSelection selection) => new() { Name = name, Selection = selection, Pmu = "cpu", HasExplicitPrivileges = true };

    private static Exclusions Excluded(CounterControl modes) =>
        Exclusions.Host | (modes.CountsUser ? 0 : Exclusions.User) | (modes.CountsKernel ? 0 : Exclusions.Kernel);
}
