namespace Perfmon.Session;

/// <summary>Is told of every slice: the time for which a set was active at a stretch, or a piece of it.</summary>
internal interface ISliceSink
{
    /// <summary>A slice has ended, some turns ago perhaps. Called under the session's lock, by a thread on which others wait: to be done soon and without allocation.</summary>
    void Add(in SliceCut slice);
}

/// <summary>A slice as it ends.</summary>
internal readonly ref struct SliceCut
{
    /// <summary>The set that was active.</summary>
    public required ushort Set { get; init; }

    /// <summary>Where it began on the session's axis of active time, in nanoseconds: the slices of all sets tile it from 0.</summary>
    public required ulong Start { get; init; }

    /// <summary>How long it was, in nanoseconds of active time.</summary>
    public required ulong Duration { get; init; }

    /// <summary>When it ended, in nanoseconds of the monotonic clock.</summary>
    public required ulong Ended { get; init; }

    /// <summary>The set's counters.</summary>
    public required IReadOnlyList<PlannedCounter> Counters { get; init; }

    /// <summary>What each of them counted in it.</summary>
    public required ReadOnlySpan<CountTotal> Counts { get; init; }
}
