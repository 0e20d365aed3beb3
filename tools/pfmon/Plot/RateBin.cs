namespace Perfmon.Tool.Plot;

/// <summary>One step of a <see cref="RateCurve"/>. Rates are in the series' <see cref="RateSeries.RateUnit"/>.</summary>
/// <param name="Start">Where the bin begins, in nanoseconds of active time.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Slices">How many slices reach into it.</param>
/// <param name="Rate">The mean rate in the bin's slices; null for a hole, a bin that no slice reaches into.</param>
/// <param name="Low">
/// The lower end of the 95 % interval of the bin's mean rate; the rate itself where all of the bin was counted; null where nothing is known of the error.
/// </param>
/// <param name="High">The upper end, likewise.</param>
internal readonly record struct RateBin(ulong Start, ulong End, int Slices, double? Rate, double? Low, double? High)
{
    /// <summary>Whether the event was not counted anywhere in the bin.</summary>
    public bool IsHole => Rate is null;

    /// <summary>The same bin in another unit.</summary>
    public RateBin Times(double scale) => this with { Rate = Rate * scale, Low = Low * scale, High = High * scale };
}
