namespace Perfmon.Session;

/// <summary>Where a session stands; perfmon's states, with their numbers. Whether it is started is a flag beside the state.</summary>
public enum SessionState
{
    /// <summary>Attached to nothing: not yet, no more, or the target has ended. Values stay readable.</summary>
    Unloaded = 1,

    /// <summary>Attached.</summary>
    Loaded = 2,

    /// <summary>Attached, with the counters frozen by an overflow until a restart.</summary>
    Masked = 3,

    /// <summary>The target has ended and its session has not been told yet. Not used: it is told at once.</summary>
    Zombie = 4,
}
