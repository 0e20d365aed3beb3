namespace Perfmon.Profiles;

/// <summary>What the weights of an event are.</summary>
public enum ProfileUnit
{
    /// <summary>Occurrences: cycles, page faults, calls.</summary>
    Count,

    /// <summary>Time: <c>cpu-clock</c>, <c>task-clock</c>.</summary>
    Nanoseconds,

    /// <summary>Memory.</summary>
    Bytes,
}
