namespace Perfmon.Profiles;

/// <summary>What kind of code a frame is of.</summary>
public enum FrameKind
{
    /// <summary>A program or a shared library in user mode.</summary>
    User,

    /// <summary>The kernel or one of its modules: what follows <c>PERF_CONTEXT_KERNEL</c> in a call chain.</summary>
    Kernel,

    /// <summary>Code that a just-in-time compiler made.</summary>
    Jit,

    /// <summary>The page of the kernel that user mode executes.</summary>
    Vdso,

    /// <summary>A virtual machine, kernel or user mode: what follows <c>PERF_CONTEXT_GUEST</c>.</summary>
    Guest,

    /// <summary>Nothing is known: no mapping holds the address.</summary>
    Unknown,
}
