using Perfmon.Events;
using Perfmon.Instruments;
using Perfmon.Session;

namespace Perfmon.Tool.Stat;

/// <summary>A session whose events count all the time.</summary>
internal sealed class PlainCounting(StatRequest request) : CountingSession
{
    private readonly MonitoringSession _session = MonitoringSession.Create(request.Events, request.Session);
    private IReadOnlyList<EventCount>? _earlier;

    public override EventSession Session => _session;

    public override IReadOnlyList<EventRequest> Events => _session.Events;

    public override bool LeavesOutKernelMode => LeaveOutKernelMode(request.Events, Events);

    public override SessionInstruments Publish(InstrumentOptions options) => SessionInstruments.Publish(_session, options);

    public override StatReading Read() => new(_session.Read());

    // Intervals are differences of totals, so that they add up to the whole.
    public override StatReading ReadInterval()
    {
        var counts = _session.Read();
        var between = _earlier is null ? [.. counts] : counts.Zip(_earlier, (count, before) => count.Since(before)).ToList();
        _earlier = counts;
        return new StatReading(between);
    }
}
