namespace Perfmon.Symbols;

/// <summary>What kind of code an address is in.</summary>
public enum FrameKind
{
    /// <summary>No mapping is known at the address, or one that holds no known code.</summary>
    Unknown,

    /// <summary>A mapped file: a program or a library.</summary>
    User,

    /// <summary>The kernel or one of its modules.</summary>
    Kernel,

    /// <summary>Code that a running program made and told of in its perf map.</summary>
    Jit,

    /// <summary>The kernel's code in user space (vDSO).</summary>
    Vdso,

    /// <summary>A virtual machine, kernel or program: its names are not known here.</summary>
    Guest,
}
