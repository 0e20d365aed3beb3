namespace Perfmon.Kvm.Arm;

/// <summary>
/// What a kernel's KVM offers of virtual PMUs on Arm, as it answered when asked. There is no default: an attribute number that one kernel
/// understands may be missing, or mean something else, in another.
/// </summary>
/// <param name="VirtualPmu">KVM_CAP_ARM_PMU_V3 (126): guests can have a PMU at all.</param>
/// <param name="SelectPmu">KVM_HAS_DEVICE_ATTR of KVM_ARM_VCPU_PMU_V3_SET_PMU (3), from Linux 5.18 on.</param>
/// <param name="FixedCountersOnly">
/// KVM_HAS_DEVICE_ATTR of an attribute that gives guests the counters that every core has, and no others. Only proposed so far.
/// </param>
public sealed record ArmPmuOffer(bool VirtualPmu, bool SelectPmu, bool FixedCountersOnly);
