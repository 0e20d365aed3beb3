using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

/// <summary>Where the CPU was: <c>PERF_RECORD_MISC_CPUMODE_MASK</c> of a record's header.</summary>
public enum CpuMode
{
    /// <summary>The kernel does not say.</summary>
    Unknown = 0,

    /// <summary>In the kernel.</summary>
    Kernel = PerfEventHeader.CpuModeKernel,

    /// <summary>In a program.</summary>
    User = PerfEventHeader.CpuModeUser,

    /// <summary>In a hypervisor below this kernel.</summary>
    Hypervisor = PerfEventHeader.CpuModeHypervisor,

    /// <summary>In the kernel of a guest of this machine.</summary>
    GuestKernel = PerfEventHeader.CpuModeGuestKernel,

    /// <summary>In a program of a guest.</summary>
    GuestUser = PerfEventHeader.CpuModeGuestUser,
}
