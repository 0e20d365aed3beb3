namespace Perfmon.Sampling.Records;

/// <summary>
/// The numbers in a callchain that are no addresses: <c>enum perf_callchain_context</c>. What follows one, up to the next, was there.
/// </summary>
public static class CallchainContext
{
    /// <summary>In a hypervisor.</summary>
    public const ulong Hypervisor = unchecked((ulong)-32);

    /// <summary>In the kernel.</summary>
    public const ulong Kernel = unchecked((ulong)-128);

    /// <summary>In the program.</summary>
    public const ulong User = unchecked((ulong)-512);

    /// <summary>In a guest.</summary>
    public const ulong Guest = unchecked((ulong)-2048);

    /// <summary>In a guest's kernel.</summary>
    public const ulong GuestKernel = unchecked((ulong)-2176);

    /// <summary>In a program of a guest.</summary>
    public const ulong GuestUser = unchecked((ulong)-2560);

    /// <summary>The lowest number that is no address: <c>PERF_CONTEXT_MAX</c>.</summary>
    public const ulong Max = unchecked((ulong)-4095);

    /// <summary>Whether an entry of a callchain is a context, known or not, rather than an address.</summary>
    public static bool IsContext(ulong entry) => entry >= Max;

    /// <summary>Where the addresses behind a context were.</summary>
    public static CpuMode ModeOf(ulong context) => context switch
    {
        Hypervisor => CpuMode.Hypervisor,
        Kernel => CpuMode.Kernel,
        User => CpuMode.User,
        GuestKernel => CpuMode.GuestKernel,
        GuestUser => CpuMode.GuestUser,
        _ => CpuMode.Unknown,
    };
}
