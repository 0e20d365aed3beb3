namespace Perfmon.Sets.Estimation;

/// <summary>How far a reading reaches on the two axes of a <see cref="Slice"/>: what an estimate is the total over.</summary>
/// <param name="Time">Active time from the beginning to the reading, in nanoseconds: what the slices of all sets add up to.</param>
/// <param name="Reference">What the reference event counted in it, over the slices of all sets; 0 where there is no reference.</param>
public readonly record struct Extent(ulong Time, ulong Reference = 0);
