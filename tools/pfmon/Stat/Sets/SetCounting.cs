using Perfmon.Events;
using Perfmon.Instruments;
using Perfmon.Session;
using Perfmon.Sets;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>A session whose events count in sets that take turns.</summary>
internal sealed class SetCounting(SetRequest request) : CountingSession
{
    private readonly EventSetSession _session = EventSetSession.Create(request.Sets, request.Options);

    public override EventSession Session => _session;

    public override IReadOnlyList<EventRequest> Events => [.. _session.Sets.SelectMany(set => set.Events)];

    // A session puts what it adds to a set behind the set's own events.
    public override bool LeavesOutKernelMode =>
        request.Sets.Zip(_session.Sets).Any(pair => LeaveOutKernelMode(pair.First.Events, pair.Second.Events));

    public override SessionInstruments Publish(InstrumentOptions options) => SessionInstruments.Publish(_session, options);

    public override StatReading Read() => Reading(_session.Read());

    public override StatReading ReadInterval() => Reading(_session.ReadInterval());

    /// <summary>Takes the oldest slice that was not read yet; null when all have been read.</summary>
    public EventSetSlice? NextSlice() => _session.TryReadSlice(out var slice) ? slice : null;

    private StatReading Reading(EventSetReading reading) => new(
        [.. reading.Sets.SelectMany(set => set.Counts)],
        new SetTurns
        {
            Sets = [.. reading.Sets.Select(set => new SetTurn(set.Id, set.Runs, set.ActiveTime, $"{set.Switch}", set.Counts.Count))],
            ActiveTime = reading.ActiveTime,
            Switches = reading.Switching.Switches,
            TimedSwitches = reading.Switching.Timed,
            MonitoredTime = reading.MonitoredTime,
            Lateness = reading.Switching.Lateness,
            LongestLateness = reading.Switching.LongestLateness,
            Trust = [reading.Trust],
            LostSlices = reading.LostSlices,
            Estimator = request.Options.Estimator,
            Reference = _session.Reference?.Name,
        });
}
