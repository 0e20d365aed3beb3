using Perfmon.Host;

namespace Perfmon.Kvm.Arm;

/// <summary>
/// The back end of a virtual machine's PMU, and what became of every candidate. It holds for all vCPUs of the machine, and is fixed once
/// the first of them runs.
/// </summary>
public sealed record ArmPmuChoice
{
    /// <summary>Every candidate, in the order in which they were looked at.</summary>
    public required IReadOnlyList<ArmPmuCandidate> Candidates { get; init; }

    /// <summary>The candidate that was taken.</summary>
    public ArmPmuCandidate Taken => Candidates.First(candidate => candidate.Taken);

    /// <summary>What the guest's PMU counts with.</summary>
    public ArmPmuBackendKind Kind => Taken.Kind;

    /// <summary>The value of KVM_ARM_VCPU_PMU_V3_SET_PMU; null where nothing is to be set.</summary>
    public uint? PmuType => Taken.Source?.Type;

    /// <summary>
    /// The only CPUs on which vCPUs may run: on another one KVM_RUN ends with KVM_EXIT_FAIL_ENTRY, reason 1. Null where they may run on any.
    /// The kernel moves no thread for this: whoever runs the machine sets the affinity of the vCPU threads.
    /// </summary>
    public CpuList? VcpuCpus { get; init; }
}
