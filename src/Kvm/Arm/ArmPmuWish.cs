namespace Perfmon.Kvm.Arm;

/// <summary>What the user asks of the choice of a back end.</summary>
public sealed record ArmPmuWish
{
    /// <summary>An event source by its name or its <c>type</c> (QEMU's <c>pmu=</c>); null for none in particular.</summary>
    public string? Source { get; init; }

    /// <summary>Whether guests shall see what the machines of old kernels and VMMs showed: the kernel's default PMU.</summary>
    public bool Compatible { get; init; }
}
