using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Makes the sets of one attached session give way for one cause. All members are called under the session's lock.</summary>
internal interface ISwitchPolicy : IDisposable
{
    /// <summary>A set's turn begins or goes on.</summary>
    void Begin(in TurnStart turn);

    /// <summary>Ends a turn that is over, if nobody has seen to it yet.</summary>
    void CatchUp();

    /// <summary>The session stops.</summary>
    void Stop();
}
