namespace Perfmon.Sampling;

/// <summary>An event of an <see cref="OverflowSession"/>: a PMD with what it does at its overflows (<c>pfarg_pmd_attr</c>), by name.</summary>
/// <param name="Name">The event, named as in perf.</param>
public sealed record OverflowEvent(string Name)
{
    /// <summary>Events until each overflow; 0 only counts.</summary>
    public ulong Period { get; init; }

    /// <summary>Events until the first overflow after a restart; null: <see cref="Period"/>.</summary>
    public ulong? PeriodAfterRestart { get; init; }

    /// <summary>Each period but the first is longer by a random number that has only these bits: with 0xff by 0 to 255.</summary>
    public ulong RandomMask { get; init; }

    /// <summary>Whether an overflow makes a message. Without a sampling format it also freezes all counts until <see cref="OverflowSession.Restart"/>.</summary>
    public bool Notifies { get; init; }

    /// <summary>Names of events of the session whose values a sample carries.</summary>
    public IReadOnlyList<string> Sampled { get; init; } = [];

    /// <summary>Names of events of the session that begin anew along with this one.</summary>
    public IReadOnlyList<string> Resets { get; init; } = [];

    /// <summary>What the samples are labelled with.</summary>
    public ulong EventId { get; init; }
}
