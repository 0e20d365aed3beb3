namespace Perfmon.Kvm.Arm;

/// <summary>The attributes of a vCPU's PMU: those of group KVM_ARM_VCPU_PMU_V3_CTRL (0), by the kernel's numbers.</summary>
public enum ArmPmuAttribute
{
    /// <summary>KVM_ARM_VCPU_PMU_V3_IRQ: the overflow interrupt's number (int).</summary>
    Interrupt = 0,

    /// <summary>KVM_ARM_VCPU_PMU_V3_INIT: fixes all others of this vCPU. No value.</summary>
    Initialize = 1,

    /// <summary>KVM_ARM_VCPU_PMU_V3_FILTER: one range of events, which the guest may or may not count (struct kvm_pmu_event_filter). Linux 5.7.</summary>
    Filter = 2,

    /// <summary>KVM_ARM_VCPU_PMU_V3_SET_PMU: the host PMU to count with, by its sysfs <c>type</c> (int). Linux 5.18.</summary>
    SelectPmu = 3,

    /// <summary>KVM_ARM_VCPU_PMU_V3_SET_NR_COUNTERS: how many event counters the guest sees (unsigned int). Linux 6.16.</summary>
    CounterCount = 4,

    /// <summary>
    /// A PMU of the counters that all cores have, and no others. Only proposed so far, and another proposal has the same number: <see cref="ArmPmuOffer.Ask(KvmHost)"/>
    /// tells by what it does whether a kernel has it. No value.
    /// </summary>
    FixedCounters = 5,
}
