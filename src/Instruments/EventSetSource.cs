using Perfmon.Session;
using Perfmon.Sets;

namespace Perfmon.Instruments;

/// <summary>A session whose events count in sets that take turns. An event that several sets have has one total, and is published once.</summary>
internal sealed class EventSetSource : SessionSource
{
    private readonly EventSetSession _session;
    private EventCount[] _counts = [];

    public EventSetSource(EventSetSession session)
    {
        _session = session;
        var all = session.Sets.SelectMany((set, id) => set.Events.Select(request => (Request: request, Set: id)))
            .Select((one, place) => new SourceEvent(one.Request, place, one.Request.Name, one.Set)).ToList();
        Events = [.. Distinct(all).Select(one => all.Exists(other => other.Set != one.Set && other.IsSame(one)) ? one with { Set = null } : one)];
    }

    /// <summary>The last reading; null before the first.</summary>
    public EventSetReading? Reading { get; private set; }

    public override EventSession Session => _session;

    public override IReadOnlyList<SourceEvent> Events { get; }

    public override IReadOnlyList<EventCount> All => _counts;

    public override void Read()
    {
        Reading = _session.Read();
        _counts = [.. Reading.Sets.SelectMany(set => set.Counts)];
    }

    public override Count CountOf(int index) => Describe(index).Count;

    public override EventCount Describe(int index) => _counts[Events[index].Place];
}
