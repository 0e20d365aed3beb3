using System.Runtime.InteropServices;

namespace Perfmon.Native.Abi;

/// <summary><c>struct perf_event_header</c>: what every record in a ring begins with.</summary>
[CStruct("perf_event_header")]
[StructLayout(LayoutKind.Sequential)]
internal struct PerfEventHeader
{
    public PerfRecordType Type;

    /// <summary>The CPU mode in the low three bits, and flags that depend on the type.</summary>
    public ushort Misc;

    /// <summary>Bytes of the whole record, this header included.</summary>
    public ushort Size;

    [CConstant("PERF_RECORD_MISC_CPUMODE_MASK")]
    public const ushort CpuModeMask = 7;

    [CConstant("PERF_RECORD_MISC_KERNEL")]
    public const ushort CpuModeKernel = 1;

    [CConstant("PERF_RECORD_MISC_USER")]
    public const ushort CpuModeUser = 2;

    [CConstant("PERF_RECORD_MISC_HYPERVISOR")]
    public const ushort CpuModeHypervisor = 3;

    [CConstant("PERF_RECORD_MISC_GUEST_KERNEL")]
    public const ushort CpuModeGuestKernel = 4;

    [CConstant("PERF_RECORD_MISC_GUEST_USER")]
    public const ushort CpuModeGuestUser = 5;
}
