namespace Perfmon.Session;

/// <summary>What a <see cref="CounterHolder"/> is.</summary>
public enum CounterHolderKind
{
    /// <summary>A process with perf events open, this one or another.</summary>
    Process,

    /// <summary>A process that runs a KVM virtual machine.</summary>
    VirtualMachine,

    /// <summary>The kernel's hard lockup detector (<c>kernel.nmi_watchdog</c>).</summary>
    HardLockupDetector,
}
