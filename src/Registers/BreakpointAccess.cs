namespace Perfmon.Registers;

/// <summary>The accesses a hardware breakpoint counts: the kernel's <c>HW_BREAKPOINT_*</c>.</summary>
[Flags]
public enum BreakpointAccess : byte
{
    /// <summary>Not a breakpoint.</summary>
    None = 0,

    /// <summary>Reads of the address.</summary>
    Read = 1,

    /// <summary>Writes to the address.</summary>
    Write = 2,

    /// <summary>Executions of the instruction at the address.</summary>
    Execute = 4,
}
