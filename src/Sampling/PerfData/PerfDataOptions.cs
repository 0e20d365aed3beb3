namespace Perfmon.Sampling.PerfData;

/// <summary>How a perf.data file is read.</summary>
public sealed record PerfDataOptions
{
    /// <summary>
    /// Records are given in the order of their times, not as the file has them. Those without a time are given at once: perf writes what was there before the
    /// recording so.
    /// </summary>
    public bool InTimeOrder { get; init; }

    /// <summary>
    /// The most bytes of records that are kept to order them. Two rounds are needed, which perf makes much smaller; a file with longer ones, or with none, is
    /// ordered as far as this goes, and a notice says so.
    /// </summary>
    public int MostBytesKept { get; init; } = 64 << 20;
}
