namespace Perfmon.Kvm.Filters;

/// <summary>Whether a filter lets a guest count an event, and why.</summary>
/// <param name="Allowed">Whether the guest may count it. A denied event does not fault: its counter stays 0.</param>
/// <param name="Because">A sentence that names what decided: the entry, the entry that excludes, the default, the bit of the bitmap, the range.</param>
public sealed record FilterDecision(bool Allowed, string Because)
{
    /// <summary>The index of the first entry, or last range, that has the event; null where none has.</summary>
    public int? Entry { get; init; }

    /// <summary>The index of the first entry that excludes the event again; null where none does.</summary>
    public int? ExcludingEntry { get; init; }

    /// <summary>The decision of a machine without a filter.</summary>
    public static FilterDecision Unfiltered { get; } = new(true, "There is no filter: everything is allowed.");
}
