namespace Perfmon.Sampling;

/// <summary>
/// What became of a session's records so far: read, lost, dropped. While a session is read, what is in the rings is in none of these numbers. Once
/// it has been stopped and read to the end, <see cref="Samples"/> + <see cref="LostSamples"/> are all overflows there were.
/// </summary>
public sealed record SampleLedger
{
    /// <summary>Samples taken out of the rings.</summary>
    public ulong Samples { get; init; }

    /// <summary>Records taken out of the rings, samples included.</summary>
    public ulong Records { get; init; }

    /// <summary>Their bytes.</summary>
    public ulong Bytes { get; init; }

    /// <summary>
    /// Samples that had no room in a ring. The kernel's own count of each event (<c>PERF_FORMAT_LOST</c>), which LOST records repeat but for the last ones;
    /// null before Linux 6.0, where there is only <see cref="LostTold"/>.
    /// </summary>
    public ulong? LostSamples { get; init; }

    /// <summary>Side-band records that had no room in a ring, counted likewise. Addresses of mappings among them have no name.</summary>
    public ulong? LostSideBand { get; init; }

    /// <summary>
    /// Records of any kind that LOST records tell of so far. The kernel writes such a record when there is room again, so that the last ones of a ring may have
    /// none. They are in <see cref="LostSamples"/> and <see cref="LostSideBand"/> already.
    /// </summary>
    public ulong LostTold { get; init; }

    /// <summary>All that had no room in a ring: the kernel's count, or what LOST records tell where there is none. Never both.</summary>
    public ulong Lost => LostSamples is { } samples ? Math.Max(samples + LostSideBand.GetValueOrDefault(), LostTold) : LostTold;

    /// <summary>Samples that the hardware or its driver dropped before they were records: LOST_SAMPLES. In no other number.</summary>
    public ulong LostByHardware { get; init; }

    /// <summary>How often the kernel held an event back because it overflowed too often: THROTTLE. What was not sampled meanwhile, nobody counts.</summary>
    public ulong Throttled { get; init; }

    /// <summary>How often it let it go on: UNTHROTTLE.</summary>
    public ulong Unthrottled { get; init; }

    /// <summary>Samples that were read, and then dropped since a channel was full.</summary>
    public ulong Dropped { get; init; }

    /// <summary>Records given after newer ones: they reached their ring later than a whole round of reading after their time.</summary>
    public ulong OutOfOrder { get; init; }

    /// <summary>How often a ring was found fuller than it takes to be woken, by somebody who was not woken.</summary>
    public ulong LateWakeUps { get; init; }

    /// <summary>Bytes of rings that were no records. The kernel writes none.</summary>
    public ulong CorruptBytes { get; init; }

    /// <summary>Whether every sample and record reached the reader.</summary>
    public bool IsComplete => Lost + LostByHardware + Throttled + Dropped + CorruptBytes == 0;

    /// <summary><c>48,120 samples, 311 lost</c>: what was read, and what of the rest is not 0.</summary>
    public override string ToString()
    {
        (ulong Number, string Name)[] rest =
        [
            (Lost, "lost"), (LostByHardware, "lost by the hardware"), (Throttled, "times throttled"), (Dropped, "dropped"), (OutOfOrder, "out of order"),
            (LateWakeUps, "late wake-ups"), (CorruptBytes, "corrupt bytes"),
        ];
        return string.Join(", ", rest.Where(one => one.Number > 0).Select(one => $"{one.Number:N0} {one.Name}").Prepend($"{Samples:N0} samples"));
    }
}
