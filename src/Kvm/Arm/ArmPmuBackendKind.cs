namespace Perfmon.Kvm.Arm;

/// <summary>What a guest's PMU counts with, in the order in which it is looked for.</summary>
public enum ArmPmuBackendKind
{
    /// <summary>An event source of the host, told to KVM by KVM_ARM_VCPU_PMU_V3_SET_PMU.</summary>
    EventSource,

    /// <summary>What KVM takes when it is told nothing: the PMU of the CPU on which the first vCPU is initialised.</summary>
    KernelDefault,

    /// <summary>Counters that every core has alike, and no programmable ones.</summary>
    FixedCounters,

    /// <summary>Nothing: the guest has no PMU.</summary>
    None,
}
