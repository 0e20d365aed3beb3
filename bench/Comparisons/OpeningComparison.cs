using Perfmon.Events;

namespace Perfmon.Bench.Comparisons;

/// <summary>
/// A comparison that opens and closes events. When the first event of a kind is opened and when the last is closed, the kernel patches its
/// own code, which takes longer than all else; so another event of each kind stays open meanwhile.
/// </summary>
public abstract class OpeningComparison(int events) : Comparison
{
    private int[] _others = [];

    /// <summary>What Perfmon opens.</summary>
    private protected IReadOnlyList<EventRequest> Requests { get; private set; } = [];

    /// <summary>What C opens: the same.</summary>
    private protected CPeer.Event[] PeerEvents { get; private set; } = [];

    public override void SetUp()
    {
        Requests = Events(events);
        PeerEvents = CPeer.Events(Requests);
        _others = CPeer.OpenStarted(PeerEvents);
    }

    public override void CleanUp() => CPeer.Close(_others);
}
