using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// What makes the event sets of an attached session give way to each other. The session calls it under its lock; it calls
/// <see cref="SessionEngine.SwitchSet(ISetOrder, ulong)"/> from a thread of its own.
/// </summary>
internal interface ISetDriver
{
    /// <summary>
    /// Whether a start goes on with the turn that a stop interrupted. Where it does not, a session whose every run is shorter than a turn stays at its first set.
    /// </summary>
    bool KeepsTurns { get; }

    /// <summary>The session is attached, and stopped; its lowest set is active.</summary>
    /// <exception cref="Diagnostics.PerfmonException">What is needed to switch could not be had.</exception>
    void Attach(SessionEngine session, Attachment attachment, IReadOnlyList<SessionSet> sets);

    /// <summary>The session is started, or one set has given way to another: the active one begins.</summary>
    void Begin(in TurnStart turn);

    /// <summary>The active set's turn has ended at an overflow.</summary>
    /// <param name="overflowed">The PMDs that overflowed.</param>
    /// <param name="due">When, in nanoseconds of the monotonic clock; 0 where that is not known.</param>
    void EndTurn(in RegisterMask overflowed, ulong due);

    /// <summary>
    /// Ends the active set's turn if it is over and nobody has seen to it yet. What is read next has nothing that came after the overflow that ended it; and who keeps the session busy
    /// keeps no turn from its end.
    /// </summary>
    void CatchUp();

    /// <summary>The session is stopped.</summary>
    void Stop();

    /// <summary>The session is detached. No call is under way that would wait for one of the session's.</summary>
    void Detach();
}
