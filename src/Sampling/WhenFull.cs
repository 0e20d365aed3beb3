namespace Perfmon.Sampling;

/// <summary>What happens to a sample that a full channel has no room for.</summary>
public enum WhenFull
{
    /// <summary>It waits, and the rings with it: what they then have no room for is lost in the kernel, and counted as lost.</summary>
    Wait,

    /// <summary>It is dropped, and counted.</summary>
    DropNewest,

    /// <summary>The oldest in the channel is dropped for it, and counted.</summary>
    DropOldest,
}
