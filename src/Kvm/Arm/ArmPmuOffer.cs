using Perfmon.Native.Abi;

namespace Perfmon.Kvm.Arm;

/// <summary>
/// What a kernel's KVM offers of virtual PMUs on Arm, as it answered when asked. There is no default: an attribute number that one kernel
/// understands may be missing, or mean something else, in another.
/// </summary>
/// <param name="VirtualPmu">KVM_CAP_ARM_PMU_V3 (126): guests can have a PMU at all.</param>
/// <param name="SelectPmu">KVM_HAS_DEVICE_ATTR of KVM_ARM_VCPU_PMU_V3_SET_PMU (3), from Linux 5.18 on.</param>
/// <param name="FixedCountersOnly">Guests can have the counters that every core has, and no others. Only proposed so far.</param>
public sealed record ArmPmuOffer(bool VirtualPmu, bool SelectPmu, bool FixedCountersOnly)
{
    /// <summary>Asks the host's KVM, with a machine that lives as long as the question. On a host that is no Arm it offers nothing.</summary>
    /// <exception cref="Diagnostics.PerfmonException">KVM makes no machine or vCPU.</exception>
    public static ArmPmuOffer Ask(KvmHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Check(KvmCapability.ArmPmu) == 0)
        {
            return new ArmPmuOffer(VirtualPmu: false, SelectPmu: false, FixedCountersOnly: false);
        }

        using var machine = host.CreateMachine();
        using var vcpu = machine.CreateVcpu(0);
        var initialized = vcpu.InitializeArm(ArmVcpuPmu.PmuFeature);
        return initialized.Failed
            ? throw ArmPmuErrors.NotInitialized(vcpu, initialized.Error)
            : new ArmPmuOffer(VirtualPmu: true, SelectPmu: ArmVcpuPmu.Has(vcpu, ArmPmuAttribute.SelectPmu), FixedCountersOnly: FixesCounters(vcpu));
    }

    /// <summary>
    /// Whether attribute 5 takes a vCPU's event counters away, as proposed. Another proposal gives the number to an attribute that reads a value: it finds none
    /// here (EFAULT). The vCPU's PMU is not to be used after that.
    /// </summary>
    private static bool FixesCounters(KvmVcpu vcpu) =>
        ArmVcpuPmu.Has(vcpu, ArmPmuAttribute.FixedCounters)
        && !vcpu.RequestAttribute(KvmRequest.SetDeviceAttribute, ArmVcpuPmu.Group, (ulong)ArmPmuAttribute.FixedCounters, []).Failed
        && ArmSystemRegister.CountersOf(ArmVcpuPmu.Read(vcpu, ArmSystemRegister.PmuControl)) == 0;
}
