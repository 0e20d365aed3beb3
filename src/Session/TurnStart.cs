namespace Perfmon.Session;

/// <summary>The beginning of a set's turn, or its going on.</summary>
/// <param name="Set">The set.</param>
/// <param name="Switching">When it gives way.</param>
/// <param name="Past">What has gone by of the turn, in nanoseconds of active time.</param>
/// <param name="Now">When that is, in nanoseconds of the monotonic clock.</param>
internal readonly record struct TurnStart(SessionSet Set, SetSwitching Switching, ulong Past, ulong Now);
