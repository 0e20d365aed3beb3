namespace Perfmon.Native.Abi;

/// <summary>The requests of <c>ioctl(2)</c> on /dev/kvm, a virtual machine and a vCPU that this library makes.</summary>
internal enum KvmRequest : uint
{
    // On /dev/kvm.
    [CConstant("KVM_GET_API_VERSION")]
    GetApiVersion = 0xAE00,

    [CConstant("KVM_CREATE_VM")]
    CreateMachine = 0xAE01,

    // On /dev/kvm, and on a machine, which may answer differently.
    [CConstant("KVM_CHECK_EXTENSION")]
    CheckExtension = 0xAE03,

    [CConstant("KVM_GET_VCPU_MMAP_SIZE")]
    GetVcpuMapSize = 0xAE04,

    // On a machine.
    [CConstant("KVM_CREATE_VCPU")]
    CreateVcpu = 0xAE41,

    [CConstant("KVM_SET_USER_MEMORY_REGION")]
    SetUserMemoryRegion = 0x4020_AE46,

    [CConstant("KVM_ENABLE_CAP")]
    EnableCapability = 0x4068_AEA3,

    [CConstant("KVM_SET_PMU_EVENT_FILTER")]
    SetPmuEventFilter = 0x4020_AEB2,

    [CConstant("KVM_X86_SET_MSR_FILTER")]
    SetMsrFilter = 0x4188_AEC6,

    [CConstant("KVM_CREATE_DEVICE")]
    CreateDevice = 0xC00C_AEE0,

    // x86's headers have the number, but not the structure that its macro measures.
    ArmPreferredTarget = 0x8020_AEAF,

    // On a vCPU.
    [CConstant("KVM_RUN")]
    Run = 0xAE80,

    [CConstant("KVM_GET_REGS")]
    GetRegisters = 0x8090_AE81,

    [CConstant("KVM_SET_REGS")]
    SetRegisters = 0x4090_AE82,

    [CConstant("KVM_GET_SREGS")]
    GetSpecialRegisters = 0x8138_AE83,

    [CConstant("KVM_SET_SREGS")]
    SetSpecialRegisters = 0x4138_AE84,

    [CConstant("KVM_GET_ONE_REG")]
    GetOneRegister = 0x4010_AEAB,

    [CConstant("KVM_SET_ONE_REG")]
    SetOneRegister = 0x4010_AEAC,

    ArmVcpuInit = 0x4020_AEAE,

    // On devices, and on machines and vCPUs that have attributes.
    [CConstant("KVM_SET_DEVICE_ATTR")]
    SetDeviceAttribute = 0x4018_AEE1,

    [CConstant("KVM_GET_DEVICE_ATTR")]
    GetDeviceAttribute = 0x4018_AEE2,

    [CConstant("KVM_HAS_DEVICE_ATTR")]
    HasDeviceAttribute = 0x4018_AEE3,

    // On a machine or a vCPU.
    [CConstant("KVM_GET_STATS_FD")]
    GetStatisticsDescriptor = 0xAECE,
}
