namespace Perfmon.Sets.Estimation;

/// <summary>What a <see cref="TrustCheck"/> found.</summary>
public enum TrustVerdict
{
    /// <summary>Nothing to compare: fewer than two sets with an interval, or a reference that counted nothing.</summary>
    Unknown,

    /// <summary>The sets' estimates of the reference differ no more than their errors allow.</summary>
    Agrees,

    /// <summary>They differ more: some set did not see the program that the others saw, and estimates from its slices are wrong.</summary>
    Disagrees,
}
