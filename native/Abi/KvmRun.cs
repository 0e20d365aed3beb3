using System.Runtime.InteropServices;

namespace Perfmon.Native.Abi;

/// <summary>
/// The beginning of <c>struct kvm_run</c>, the page that a vCPU shares with its user, and the parts of its union that tell of an exit: they lie
/// upon each other from byte 32 on, and <see cref="ExitReason"/> says which is meant.
/// </summary>
[CStruct("kvm_run", IsPrefix = true)]
[StructLayout(LayoutKind.Explicit)]
internal struct KvmRun
{
    /// <summary>Not 0: the next KVM_RUN returns EINTR at once.</summary>
    [FieldOffset(1)]
    public byte ImmediateExit;

    [FieldOffset(8)]
    public uint ExitReason;

    /// <summary>KVM_EXIT_IO: 0 for a read by the guest, 1 for a write.</summary>
    [FieldOffset(32), CField("io.direction")]
    public byte IoDirection;

    /// <summary>Bytes of one access.</summary>
    [FieldOffset(33), CField("io.size")]
    public byte IoSize;

    [FieldOffset(34), CField("io.port")]
    public ushort IoPort;

    /// <summary>How many accesses: more than one for a string instruction.</summary>
    [FieldOffset(36), CField("io.count")]
    public uint IoCount;

    /// <summary>Where in the shared pages the data lie.</summary>
    [FieldOffset(40), CField("io.data_offset")]
    public ulong IoDataOffset;

    /// <summary>KVM_EXIT_MMIO.</summary>
    [FieldOffset(32), CField("mmio.phys_addr")]
    public ulong MmioAddress;

    [FieldOffset(40), CField("mmio.data")]
    public ulong MmioData;

    [FieldOffset(48), CField("mmio.len")]
    public uint MmioLength;

    [FieldOffset(52), CField("mmio.is_write")]
    public byte MmioIsWrite;

    /// <summary>KVM_EXIT_X86_RDMSR and _WRMSR: not 0 gives the guest a general-protection fault.</summary>
    [FieldOffset(32), CField("msr.error")]
    public byte MsrError;

    [FieldOffset(40), CField("msr.reason")]
    public uint MsrReason;

    [FieldOffset(44), CField("msr.index")]
    public uint MsrIndex;

    [FieldOffset(48), CField("msr.data")]
    public ulong MsrData;

    /// <summary>KVM_EXIT_FAIL_ENTRY.</summary>
    [FieldOffset(32), CField("fail_entry.hardware_entry_failure_reason")]
    public ulong FailEntryReason;

    [FieldOffset(40), CField("fail_entry.cpu")]
    public uint FailEntryCpu;

    /// <summary>KVM_EXIT_INTERNAL_ERROR.</summary>
    [FieldOffset(32), CField("internal.suberror")]
    public uint InternalSuberror;

    /// <summary>KVM_EXIT_SYSTEM_EVENT.</summary>
    [FieldOffset(32), CField("system_event.type")]
    public uint SystemEventType;
}
