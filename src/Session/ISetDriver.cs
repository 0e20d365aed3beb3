namespace Perfmon.Session;

/// <summary>
/// What makes the event sets of an attached session give way to each other. The session calls it under its lock; it calls
/// <see cref="SessionEngine.SwitchSet"/> from a thread of its own.
/// </summary>
internal interface ISetDriver
{
    /// <summary>The session is attached, and stopped; its lowest set is active.</summary>
    /// <exception cref="Diagnostics.PerfmonException">What is needed to switch could not be had.</exception>
    void Attach(SessionEngine session, Attachment attachment, IReadOnlyList<SessionSet> sets);

    /// <summary>The session is started, or one set has given way to another: the active one begins now.</summary>
    void Begin(SessionSet active);

    /// <summary>The session is stopped.</summary>
    void Stop();

    /// <summary>The session is detached. No call is under way that would wait for one of the session's.</summary>
    void Detach();
}
