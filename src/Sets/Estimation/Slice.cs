namespace Perfmon.Sets.Estimation;

/// <summary>
/// One turn of an event set, as one of its events saw it: where it lies on the two axes, and what the event counted. Slices of one event
/// come in the order of time and do not overlap; between two of them, in a gap, other sets had their turns.
/// </summary>
/// <param name="Start">
/// Where the slice begins, in nanoseconds of active time: time in which one set or another was counting. For a thread that is its CPU time
/// while it was monitored, for a CPU all time. The slices of all sets tile this axis from 0 to <see cref="Extent.Time"/>.
/// </param>
/// <param name="Duration">How long it is, in nanoseconds of active time. A slice of no duration is counted and says nothing about a rate.</param>
/// <param name="Count">What the event counted in it, in the event's unit.</param>
/// <param name="ReferenceStart">
/// What the reference event, which is in every set, had counted over all slices of all sets before this one: the reference is a second axis,
/// and its count in a gap is the distance between two slices. 0 where there is no reference.
/// </param>
/// <param name="Reference">What the reference event counted in this slice.</param>
public readonly record struct Slice(ulong Start, ulong Duration, ulong Count, ulong ReferenceStart = 0, ulong Reference = 0);
