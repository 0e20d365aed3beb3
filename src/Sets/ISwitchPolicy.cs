using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Makes the sets of one attached session give way for one cause. All members are called under the session's lock.</summary>
internal interface ISwitchPolicy : IDisposable
{
    /// <summary>A set's turn begins or goes on.</summary>
    void Begin(in TurnStart turn);

    /// <summary>Ends a turn that is over, where it matters that nothing is read before.</summary>
    void CatchUp()
    {
        // A turn that is over by time is longer until it is ended, and no less exact.
    }

    /// <summary>The session stops.</summary>
    void Stop();
}
