using Perfmon.Native.Abi;

namespace Perfmon.Kvm;

/// <summary>What KVM may offer: <c>KVM_CAP_*</c>, as far as performance monitoring of guests asks for it.</summary>
public enum KvmCapability
{
    /// <summary><c>KVM_CAP_NR_VCPUS</c>: the number of vCPUs that the kernel recommends for one machine.</summary>
    [CConstant("KVM_CAP_NR_VCPUS")]
    RecommendedVcpus = 9,

    /// <summary><c>KVM_CAP_MAX_VCPUS</c>: the largest number of vCPUs.</summary>
    [CConstant("KVM_CAP_MAX_VCPUS")]
    MaximumVcpus = 66,

    /// <summary><c>KVM_CAP_VCPU_ATTRIBUTES</c>: vCPUs have attributes.</summary>
    [CConstant("KVM_CAP_VCPU_ATTRIBUTES")]
    VcpuAttributes = 127,

    /// <summary><c>KVM_CAP_ARM_PMU_V3</c>: vCPUs can have an Arm PMU.</summary>
    [CConstant("KVM_CAP_ARM_PMU_V3")]
    ArmPmu = 126,

    /// <summary><c>KVM_CAP_IMMEDIATE_EXIT</c>: a run can be told to end at once.</summary>
    [CConstant("KVM_CAP_IMMEDIATE_EXIT")]
    ImmediateExit = 136,

    /// <summary><c>KVM_CAP_PMU_EVENT_FILTER</c>: an x86 machine can have a filter of events.</summary>
    [CConstant("KVM_CAP_PMU_EVENT_FILTER")]
    PmuEventFilter = 173,

    /// <summary><c>KVM_CAP_X86_USER_SPACE_MSR</c>: MSR accesses that would fault can go to user space.</summary>
    [CConstant("KVM_CAP_X86_USER_SPACE_MSR")]
    UserSpaceMsr = 188,

    /// <summary><c>KVM_CAP_X86_MSR_FILTER</c>: chosen MSRs can be denied to the guest, or deflected to user space.</summary>
    [CConstant("KVM_CAP_X86_MSR_FILTER")]
    MsrFilter = 189,

    /// <summary><c>KVM_CAP_BINARY_STATS_FD</c>: KVM's statistics can be read from a descriptor.</summary>
    [CConstant("KVM_CAP_BINARY_STATS_FD")]
    BinaryStatistics = 203,

    /// <summary><c>KVM_CAP_PMU_CAPABILITY</c>: an x86 machine's virtual PMU can be turned off; the answer's bit 0.</summary>
    [CConstant("KVM_CAP_PMU_CAPABILITY")]
    PmuSwitch = 212,

    /// <summary><c>KVM_CAP_PMU_EVENT_MASKED_EVENTS</c>: filters may have masked entries.</summary>
    [CConstant("KVM_CAP_PMU_EVENT_MASKED_EVENTS"), CSince("KVM_CAP_PMU_EVENT_MASKED_EVENTS")]
    MaskedEvents = 226,
}
