using Perfmon.Native.Abi;

namespace Perfmon.Kvm;

/// <summary>Why a vCPU came back from the guest: <c>KVM_EXIT_*</c>. Others than these keep their number.</summary>
public enum VcpuExitReason
{
    /// <summary><c>KVM_EXIT_UNKNOWN</c>: the hardware's reason is not known to KVM.</summary>
    [CConstant("KVM_EXIT_UNKNOWN")]
    Unknown = 0,

    /// <summary><c>KVM_EXIT_IO</c>: the guest read or wrote a port; see <see cref="KvmVcpu.Port"/>.</summary>
    [CConstant("KVM_EXIT_IO")]
    Port = 2,

    /// <summary><c>KVM_EXIT_HLT</c>: the guest halted.</summary>
    [CConstant("KVM_EXIT_HLT")]
    Halt = 5,

    /// <summary><c>KVM_EXIT_MMIO</c>: the guest touched physical memory that the machine has not; see <see cref="KvmVcpu.Mmio"/>.</summary>
    [CConstant("KVM_EXIT_MMIO")]
    Mmio = 6,

    /// <summary><c>KVM_EXIT_SHUTDOWN</c>: the guest gave up, on x86 by a triple fault.</summary>
    [CConstant("KVM_EXIT_SHUTDOWN")]
    Shutdown = 8,

    /// <summary><c>KVM_EXIT_FAIL_ENTRY</c>: the hardware refused to enter the guest; see <see cref="KvmVcpu.EntryFailure"/>.</summary>
    [CConstant("KVM_EXIT_FAIL_ENTRY")]
    FailEntry = 9,

    /// <summary><c>KVM_EXIT_INTR</c>, or EINTR: <see cref="KvmVcpu.Interrupt"/> or a signal ended the run. The guest can go on.</summary>
    [CConstant("KVM_EXIT_INTR")]
    Interrupted = 10,

    /// <summary><c>KVM_EXIT_INTERNAL_ERROR</c>: KVM could not go on, for instance with an instruction that it could not interpret.</summary>
    [CConstant("KVM_EXIT_INTERNAL_ERROR")]
    InternalError = 17,

    /// <summary><c>KVM_EXIT_SYSTEM_EVENT</c>: the guest asked to be turned off or reset, on Arm by PSCI.</summary>
    [CConstant("KVM_EXIT_SYSTEM_EVENT")]
    SystemEvent = 24,

    /// <summary><c>KVM_EXIT_X86_RDMSR</c>: the guest reads an MSR; see <see cref="KvmVcpu.Msr"/>.</summary>
    [CConstant("KVM_EXIT_X86_RDMSR")]
    ReadMsr = 29,

    /// <summary><c>KVM_EXIT_X86_WRMSR</c>: the guest writes an MSR; see <see cref="KvmVcpu.Msr"/>.</summary>
    [CConstant("KVM_EXIT_X86_WRMSR")]
    WriteMsr = 30,
}
