namespace Perfmon.Sets.Estimation;

/// <summary>A slice as a neighbour of a gap: what it tells about rates beside it.</summary>
internal readonly struct Neighbour
{
    public Neighbour(in Slice slice, ulong notBefore, ulong referenceNotBefore)
    {
        Start = Math.Max(slice.Start, notBefore);
        End = Saturating.Add(Start, slice.Duration);
        ReferenceStart = Math.Max(slice.ReferenceStart, referenceNotBefore);
        ReferenceEnd = Saturating.Add(ReferenceStart, slice.Reference);
        Duration = slice.Duration;
        Count = slice.Count;
        Reference = slice.Reference;
    }

    public ulong Start { get; }

    public ulong End { get; }

    public ulong ReferenceStart { get; }

    public ulong ReferenceEnd { get; }

    /// <summary>Nanoseconds, above 0.</summary>
    public double Duration { get; }

    public double Count { get; }

    public double Reference { get; }

    public double Middle => Start + Duration / 2;

    /// <summary>Events in a nanosecond.</summary>
    public double Rate => Count / Duration;

    /// <summary>The reference's events in a nanosecond.</summary>
    public double ReferenceRate => Reference / Duration;
}
