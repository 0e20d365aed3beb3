namespace Perfmon.Kvm.Arm;

/// <summary>What of an Arm virtual machine and its host decides about the PMUs of its vCPUs, and does not change.</summary>
public sealed record ArmPmuMachine
{
    /// <summary>The types of the host PMUs that KVM can count with.</summary>
    public required IReadOnlyList<uint> PmuTypes { get; init; }

    /// <summary>The one that KVM takes by itself: that of the CPU on which the first vCPU is initialised.</summary>
    public required uint DefaultPmu { get; init; }

    /// <summary>The machine's interrupt controller.</summary>
    public required ArmInterruptController Gic { get; init; }

    /// <summary>The interrupts that it has, the 32 private ones included.</summary>
    public int GicInterrupts { get; init; } = 64;

    /// <summary>How many event numbers the host's PMUs have: 1024, or 65536 from Armv8.1 on.</summary>
    public int EventNumbers { get; init; } = 65536;

    /// <summary>Whether the kernel has KVM_ARM_VCPU_PMU_V3_SET_PMU.</summary>
    public required bool SelectsPmu { get; init; }

    /// <summary>Whether the kernel has KVM_ARM_VCPU_PMU_V3_SET_NR_COUNTERS.</summary>
    public required bool LimitsCounters { get; init; }

    /// <summary>Whether the kernel has what is proposed as KVM_ARM_VCPU_PMU_V3_FIXED_COUNTERS_ONLY.</summary>
    public bool FixesCounters { get; init; }

    /// <summary>How many event counters the host's PMU has.</summary>
    public uint Counters { get; init; }
}
