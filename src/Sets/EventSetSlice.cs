using Perfmon.Events;

namespace Perfmon.Sets;

/// <summary>A stretch of time in which one set was active, and what its events counted in it.</summary>
/// <param name="Set">The set's place among the session's sets, from 0.</param>
/// <param name="Start">
/// Where it begins, in nanoseconds of active time: time in which one set or another was counting. The slices of a session tile this axis from 0.
/// </param>
/// <param name="Duration">How long it is, in nanoseconds of active time.</param>
/// <param name="EndedAt">When it ended, in nanoseconds of the wall clock since the session was first started.</param>
/// <param name="Counts">What each event of the set counted in it.</param>
public sealed record EventSetSlice(ushort Set, ulong Start, ulong Duration, ulong EndedAt, IReadOnlyList<SliceCount> Counts);

/// <summary>What an event counted in a slice.</summary>
/// <param name="Event">The event.</param>
/// <param name="Value">The count, in the event's unit.</param>
/// <param name="Duration">
/// For how much of the slice it was counted, in nanoseconds of active time: all of it, unless others held the counters that it needs; 0 where it was not counted.
/// </param>
public readonly record struct SliceCount(EventRequest Event, ulong Value, ulong Duration);
