using Perfmon.Kvm.Paravirtual;

namespace Perfmon.Kvm.Demonstration;

/// <summary>What a <see cref="MinimalGuest"/> is given.</summary>
public sealed record MinimalGuestOptions
{
    /// <summary>The defaults.</summary>
    public static MinimalGuestOptions Default { get; } = new();

    /// <summary>How many vCPUs, 1 to <see cref="MinimalGuest.MostVcpus"/>. All execute the same program.</summary>
    public int Vcpus { get; init; } = 1;

    /// <summary>The paravirtual PMU of each vCPU.</summary>
    public ParavirtualPmuOptions Pmu { get; init; } = ParavirtualPmuOptions.Default;

    /// <summary>Called with every access to an MSR, on the vCPU's thread; null: nobody looks.</summary>
    public Action<MsrTrace>? Traced { get; init; }
}
