using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perfmon.Native.Abi;

// The structures that KVM's requests take and give.

/// <summary><c>struct kvm_userspace_memory_region</c>.</summary>
[CStruct("kvm_userspace_memory_region")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmMemoryRegion
{
    public uint Slot;
    public uint Flags;
    public ulong GuestPhysAddr;
    public ulong MemorySize;
    public ulong UserspaceAddr;
}

/// <summary><c>struct kvm_enable_cap</c>.</summary>
[CStruct("kvm_enable_cap")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmEnableCapability
{
    public uint Cap;
    public uint Flags;
    public KvmCapabilityArguments Args;

    [CField("pad")]
    public KvmCapabilityPadding Padding;
}

/// <summary>Four words of arguments.</summary>
[InlineArray(4)]
internal struct KvmCapabilityArguments
{
    private ulong _first;
}

/// <summary>64 bytes that are zero.</summary>
[InlineArray(64)]
internal struct KvmCapabilityPadding
{
    private byte _first;
}

/// <summary><c>struct kvm_device_attr</c>.</summary>
[CStruct("kvm_device_attr")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmDeviceAttribute
{
    public uint Flags;
    public uint Group;
    public ulong Attr;
    public ulong Addr;
}

/// <summary><c>struct kvm_create_device</c>.</summary>
[CStruct("kvm_create_device")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmCreateDevice
{
    public uint Type;

    /// <summary>Out: the device's descriptor.</summary>
    public uint Fd;

    public uint Flags;
}

/// <summary><c>struct kvm_one_reg</c>.</summary>
[CStruct("kvm_one_reg")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmOneRegister
{
    public ulong Id;
    public ulong Addr;
}

/// <summary><c>struct kvm_vcpu_init</c> of 64-bit Arm, which x86's headers lack.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KvmArmVcpuInit
{
    public uint Target;
    public KvmArmFeatures Features;
}

/// <summary>Seven words of feature bits.</summary>
[InlineArray(7)]
internal struct KvmArmFeatures
{
    private uint _first;
}
