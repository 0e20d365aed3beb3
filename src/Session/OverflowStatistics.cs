namespace Perfmon.Session;

/// <summary>What has become of a session's overflows since it was created.</summary>
public readonly record struct OverflowStatistics
{
    /// <summary>Overflows; several PMDs that overflow together are one.</summary>
    public ulong Overflows { get; init; }

    /// <summary>Messages, and wake-ups without one.</summary>
    public ulong Notifications { get; init; }

    /// <summary>How often counting was masked until a restart.</summary>
    public ulong Maskings { get; init; }

    /// <summary>
    /// How often the counters were stopped for some microseconds to tell the kernel a period other than the last: a random one, or the first after a long reset. On the target's
    /// own CPU it stands still meanwhile; what it does on another is not counted.
    /// </summary>
    public ulong Rearmings { get; init; }

    /// <summary>For how long, in all.</summary>
    public TimeSpan RearmingTime { get; init; }

    /// <summary>Periods that were over before the kernel had been told of them: they ended late, at the overflow of a former period or at the next event.</summary>
    public ulong LatePeriods { get; init; }

    /// <summary>By how many events the latest of them ended late.</summary>
    public ulong LongestLateness { get; init; }

    /// <summary>Overflows that found no room in the ring, and are in no message or sample.</summary>
    public ulong Lost { get; init; }

    /// <summary>How often the kernel held a counter back because it overflowed too often; what happened meanwhile was not counted.</summary>
    public ulong Throttled { get; init; }
}
