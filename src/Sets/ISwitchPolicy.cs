using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Makes the sets of one attached session give way for one cause. All members are called under the session's lock.</summary>
internal interface ISwitchPolicy : IDisposable
{
    /// <summary>A set's turn begins or goes on.</summary>
    /// <param name="active">The set.</param>
    /// <param name="now">When, in nanoseconds of the monotonic clock.</param>
    void Begin(SessionSet active, ulong now);

    /// <summary>The session stops.</summary>
    void Stop();
}
