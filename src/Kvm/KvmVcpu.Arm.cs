using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Kvm;

/// <summary>Set-up and registers of a vCPU on Arm.</summary>
public sealed partial class KvmVcpu
{
    /// <summary><c>KVM_ARM_VCPU_INIT</c> with the host's preferred target and the features' bits (3: PMUv3).</summary>
    internal KernelResult InitializeArm(uint features)
    {
        var init = default(KvmArmVcpuInit);
        var preferred = _kernel.Request(Machine.Descriptor.Number, KvmRequest.ArmPreferredTarget, KvmMachine.AsBytes(ref init));
        if (preferred.Failed)
        {
            return preferred;
        }

        init.Features[0] |= features;
        return _kernel.Request(_descriptor.Number, KvmRequest.ArmVcpuInit, KvmMachine.AsBytes(ref init));
    }

    /// <summary><c>KVM_HAS_DEVICE_ATTR</c>, <c>KVM_SET_DEVICE_ATTR</c> or <c>KVM_GET_DEVICE_ATTR</c> on the vCPU.</summary>
    internal KernelResult RequestAttribute(KvmRequest request, uint group, ulong attribute, Span<byte> value) =>
        _kernel.RequestAttribute(_descriptor.Number, request, group, attribute, value);

    /// <summary><c>KVM_GET_ONE_REG</c> or <c>KVM_SET_ONE_REG</c> of a 64-bit register.</summary>
    internal KernelResult RequestRegister(KvmRequest request, ulong id, ref ulong value) =>
        _kernel.RequestRegister(_descriptor.Number, request, id, MemoryMarshal.AsBytes(new Span<ulong>(ref value)));
}
