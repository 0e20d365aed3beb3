namespace Perfmon.Kvm.Paravirtual;

/// <summary>What a guest may do with a register of the paravirtual PMU. Anything else is a general-protection fault (#GP) in the guest.</summary>
public enum RegisterAccess
{
    /// <summary>RDMSR only.</summary>
    ReadOnly,

    /// <summary>RDMSR and WRMSR.</summary>
    ReadWrite,

    /// <summary>WRMSR; RDMSR gives 0.</summary>
    WriteOnly,
}
