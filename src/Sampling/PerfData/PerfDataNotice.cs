namespace Perfmon.Sampling.PerfData;

/// <summary>Something of a perf.data file that is not given: damaged, missing, or of a kind that is not read.</summary>
/// <param name="Position">Where, in bytes from the file's begin.</param>
/// <param name="Text">What it is, and how much.</param>
/// <param name="IsDamage">Whether the file should have had it.</param>
public sealed record PerfDataNotice(long Position, string Text, bool IsDamage);
