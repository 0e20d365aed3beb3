namespace Perfmon.Kvm.Demonstration;

/// <summary>A 32-bit register, by its number in x86's instructions.</summary>
public enum RealModeRegister
{
    /// <summary>The accumulator.</summary>
    Eax = 0,

    /// <summary>The counter; the number of an MSR.</summary>
    Ecx = 1,

    /// <summary>The data register; the high half of an MSR.</summary>
    Edx = 2,

    /// <summary>The base register; a <see cref="MinimalGuest"/> starts with each vCPU's place for results in it.</summary>
    Ebx = 3,

    /// <summary>The source index; <see cref="RealModeProgram.Loop"/> counts in it.</summary>
    Esi = 6,

    /// <summary>The destination index.</summary>
    Edi = 7,
}
