using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Kvm.Arm;

/// <summary>What the kernel answers to a step.</summary>
/// <param name="Errno">The errno; 0 where the step is taken.</param>
/// <param name="Because">Why, as a sentence.</param>
/// <param name="Cure">What to do about it; empty where the step is taken.</param>
public readonly record struct ArmPmuAnswer(int Errno, string Because, string Cure)
{
    /// <summary>Whether the kernel takes the step.</summary>
    public bool Accepted => Errno == 0;

    /// <summary>Who must act where it does not: mostly the caller, who asked in a wrong order or for a wrong value.</summary>
    public PerfmonReason Reason { get; private init; }

    internal static ArmPmuAnswer Success { get; } = new(0, "The kernel takes it.", "");

    internal static ArmPmuAnswer Refusal(Errno error, string because, string cure) =>
        new((int)error, because, cure) { Reason = PerfmonReason.InvalidRequest };

    internal static ArmPmuAnswer NotOffered(string attribute, string release) =>
        new((int)Native.Errno.ENXIO, $"This kernel has no KVM_ARM_VCPU_PMU_V3_{attribute}, which is in {release}.", "Leave it out, or use a newer kernel.") { Reason = PerfmonReason.NotSupported };
}
