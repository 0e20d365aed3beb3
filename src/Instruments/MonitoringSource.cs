using Perfmon.Session;

namespace Perfmon.Instruments;

/// <summary>A session whose events count all the time.</summary>
internal sealed class MonitoringSource : SessionSource
{
    private readonly MonitoringSession _session;
    private readonly Count[] _counts;

    public MonitoringSource(MonitoringSession session)
    {
        _session = session;
        _counts = new Count[session.Events.Count];
        Events = Distinct(session.Events.Select((request, place) => new SourceEvent(request, place, request.Name)));
    }

    public override EventSession Session => _session;

    public override IReadOnlyList<SourceEvent> Events { get; }

    public override IReadOnlyList<EventCount> All => [.. _counts.Select((count, place) => _session.Describe(place, count))];

    public override void Read() => _session.Read(_counts);

    public override Count CountOf(int index) => _counts[Events[index].Place];

    public override EventCount Describe(int index) => _session.Describe(Events[index].Place, CountOf(index));
}
