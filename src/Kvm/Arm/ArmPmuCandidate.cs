namespace Perfmon.Kvm.Arm;

/// <summary>A back end that was looked at, and why it was taken or refused.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Source">The event source; null for the other kinds.</param>
/// <param name="Taken">Whether it is the one; exactly one candidate of a choice is.</param>
/// <param name="Reason">Why, as the rest of a sentence that begins with the candidate.</param>
public sealed record ArmPmuCandidate(ArmPmuBackendKind Kind, ArmEventSource? Source, bool Taken, string Reason)
{
    /// <summary>The event source's name, or what the kind is called.</summary>
    public string Name => Source?.Name ?? Kind switch
    {
        ArmPmuBackendKind.KernelDefault => "kernel default",
        ArmPmuBackendKind.FixedCounters => "fixed counters",
        _ => "none",
    };

    /// <summary>The candidate and what became of it.</summary>
    public override string ToString() => $"{Name}: {(Taken ? "taken" : "refused")}: {Reason}";
}
