namespace Perfmon.Kvm;

/// <summary>A vCPU's general registers: <c>struct kvm_regs</c> of x86.</summary>
public record struct X86Registers
{
    /// <summary>The accumulator; RDMSR gives its low half in it.</summary>
    public ulong Rax { get; set; }

    /// <summary>The base register.</summary>
    public ulong Rbx { get; set; }

    /// <summary>The counter; RDMSR and WRMSR take a register's number in it.</summary>
    public ulong Rcx { get; set; }

    /// <summary>The data register; RDMSR gives the high half in it.</summary>
    public ulong Rdx { get; set; }

    /// <summary>The source index.</summary>
    public ulong Rsi { get; set; }

    /// <summary>The destination index.</summary>
    public ulong Rdi { get; set; }

    /// <summary>The stack pointer.</summary>
    public ulong Rsp { get; set; }

    /// <summary>The frame pointer.</summary>
    public ulong Rbp { get; set; }

    /// <summary>R8.</summary>
    public ulong R8 { get; set; }

    /// <summary>R9.</summary>
    public ulong R9 { get; set; }

    /// <summary>R10.</summary>
    public ulong R10 { get; set; }

    /// <summary>R11.</summary>
    public ulong R11 { get; set; }

    /// <summary>R12.</summary>
    public ulong R12 { get; set; }

    /// <summary>R13.</summary>
    public ulong R13 { get; set; }

    /// <summary>R14.</summary>
    public ulong R14 { get; set; }

    /// <summary>R15.</summary>
    public ulong R15 { get; set; }

    /// <summary>The instruction pointer, relative to the code segment.</summary>
    public ulong Rip { get; set; }

    /// <summary>The flags; bit 1 is always set.</summary>
    public ulong Rflags { get; set; }
}
