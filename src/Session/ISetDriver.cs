namespace Perfmon.Session;

/// <summary>
/// What makes the event sets of an attached session give way to each other. The session calls it under its lock; it calls
/// <see cref="SessionEngine.SwitchSet"/> from a thread of its own.
/// </summary>
internal interface ISetDriver
{
    /// <summary>The session is attached to these points, and stopped; its lowest set is active.</summary>
    /// <exception cref="Diagnostics.PerfmonException">What is needed to switch could not be had.</exception>
    void Attach(SessionEngine session, IReadOnlyList<AttachPoint> points, IReadOnlyList<SetSwitching> sets);

    /// <summary>The session is started, or one set has given way to another: the active one begins now.</summary>
    void Begin(SetSwitching active);

    /// <summary>The session is stopped.</summary>
    void Stop();

    /// <summary>The session is detached. No call is under way that would wait for one of the session's.</summary>
    void Detach();
}

/// <summary>Which set comes next.</summary>
internal interface ISetOrder
{
    /// <summary>The place of the next set, 0 to <paramref name="count"/> - 1, after the one at <paramref name="active"/>.</summary>
    int Next(int active, int count);
}
