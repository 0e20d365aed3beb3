namespace Perfmon.Kvm.Arm;

/// <summary>How far a machine's interrupt controller in the kernel has come.</summary>
public enum ArmInterruptController
{
    /// <summary>The machine has none; user space delivers interrupts.</summary>
    None,

    /// <summary>It is created.</summary>
    Created,

    /// <summary>It is initialised (KVM_DEV_ARM_VGIC_CTRL_INIT).</summary>
    Ready,
}
