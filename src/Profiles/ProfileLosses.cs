namespace Perfmon.Profiles;

/// <summary>What a profile does not have, although it happened. Shown with every result.</summary>
public sealed record ProfileLosses
{
    /// <summary>Nothing lost.</summary>
    public static ProfileLosses None { get; } = new();

    /// <summary>Records of any type that did not fit the ring: <c>PERF_RECORD_LOST</c>.</summary>
    public long LostRecords { get; init; }

    /// <summary>Samples that the kernel could not write: <c>PERF_RECORD_LOST_SAMPLES</c>, <c>PERF_FORMAT_LOST</c>.</summary>
    public long LostSamples { get; init; }

    /// <summary>How often the kernel stopped an event for its rate: <c>PERF_RECORD_THROTTLE</c>. What it would have sampled meanwhile is not known.</summary>
    public long Throttled { get; init; }

    /// <summary>Samples that arrived, and that the consumer had no room or no time for, or could not decode.</summary>
    public long Dropped { get; init; }

    /// <summary>
    /// Frames without a function, one for each sample that has one. A profile counts them itself, and adds those that it is told of.
    /// </summary>
    public long UnresolvedFrames { get; init; }

    /// <summary>Whether there is nothing to tell.</summary>
    public bool AreNone => this == None;

    /// <summary>What was lost, in words: <c>3 lost samples, 1 unresolved frame</c>; or <c>nothing lost</c>.</summary>
    public override string ToString()
    {
        var parts = Parts().Where(part => part.Count != 0).Select(part => $"{part.Count:N0} {(part.Count == 1 ? part.One : part.Many)}");
        return AreNone ? "nothing lost" : string.Join(", ", parts);
    }

    internal IEnumerable<(long Count, string One, string Many)> Parts() =>
    [
        (LostRecords, "lost record", "lost records"),
        (LostSamples, "lost sample", "lost samples"),
        (Throttled, "throttling", "throttlings"),
        (Dropped, "dropped sample", "dropped samples"),
        (UnresolvedFrames, "unresolved frame", "unresolved frames"),
    ];
}
