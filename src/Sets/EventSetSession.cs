using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// Counts more events than the machine counts at once: in sets that take turns, as perfmon's do. Each event is counted exactly in its set's turns; its total is an
/// estimate with an interval, and exact when one set has all the time. Everything else is as in <see cref="MonitoringSession"/>.
/// </summary>
/// <example>
/// <code>
/// using var session = EventSetSession.Create(["cycles,instructions,cache-misses", "cycles,branches,branch-misses"]);
/// session.Attach(Target.Command("make"));
/// session.Start();
/// await session.Command!.WaitForExitAsync();
/// foreach (var count in session.Read().Sets.SelectMany(set => set.Counts))
///     Console.WriteLine($"{count} {count.Interval?.Low} to {count.Interval?.High}");
/// </code>
/// </example>
public sealed class EventSetSession : EventSession
{
    private readonly IReadOnlyList<EventProgram> _programs;
    private readonly IReadOnlyList<SetSwitch> _switches;
    private readonly SliceRecorder _recorder;
    private readonly SetSwitcher _switcher;
    private ulong _intervalStart;
    private ulong _intervalClock;

    private EventSetSession(
        SessionEngine engine, IReadOnlyList<EventProgram> programs, IReadOnlyList<SetSwitch> switches, EventRequest? reference, SliceRecorder recorder, SetSwitcher switcher)
        : base(engine, programs)
    {
        Reference = reference;
        _programs = programs;
        _switches = switches;
        _recorder = recorder;
        _switcher = switcher;
        Sets = [.. programs.Zip(switches, (program, when) => new EventSet(program.Events, when))];
    }

    /// <summary>The sets as they are counted: with the reference and the events whose overflows end turns.</summary>
    public IReadOnlyList<EventSet> Sets { get; }

    /// <summary>
    /// The event that all sets have, by which estimates are made and compared; null where there is none, or only clocks, which tell no more than the time does.
    /// </summary>
    public EventRequest? Reference { get; }

    /// <summary>A session for sets of events named as in perf.</summary>
    /// <exception cref="PerfmonException">A name is wrong; the message shows where.</exception>
    public static EventSetSession Create(IReadOnlyList<string> sets, EventSetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return Create([.. sets.Select(events => EventSet.Of(events))], options);
    }

    /// <summary>A session for sets of events.</summary>
    /// <exception cref="PerfmonException">There is no set, one is empty, or one has more events than a set has registers for.</exception>
    public static EventSetSession Create(IReadOnlyList<EventSet> sets, EventSetOptions? options = null) =>
        Create(sets, options ?? EventSetOptions.Default, LinuxKernel.Instance, HostDescription.Current);

    internal static EventSetSession Create(IReadOnlyList<EventSet> sets, EventSetOptions options, IPerfKernel kernel, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(sets);
        if (sets.Count == 0 || sets.Any(set => set.Events.Count == 0))
        {
            throw SetErrors.NoSets();
        }

        if (sets.Count > ushort.MaxValue + 1)
        {
            throw SetErrors.TooManySets(sets.Count);
        }

        SetSwitch[] switches = [.. sets.Select(set => set.Switch ?? options.Switch)];
        IReadOnlyList<EventRequest>[] events = [.. sets.Zip(switches, (set, when) => Complete(set.Events, when, options, host))];
        var reference = FindReference(events, options, host);
        var log = options.SliceCapacity > 0 ? new SliceLog(options.SliceCapacity, events) : null;
        var recorder = new SliceRecorder(log, start => new SetEstimates(events, reference, options.Estimator, start));
        var session = options.Session with { Scheduling = Scheduling.Together, UserSpaceReads = UserSpaceReads.Never };
        var switcher = new SetSwitcher(kernel, options.Order.Create(), options.SwitchesBeforeOthers, tellsTime: true, keepsTurns: true);
        var engine = new SessionEngine(kernel, host, HardwareModels.Map(host, kernel), SessionKinds.Any, session, switcher, recorder);
        var programs = new List<EventProgram>();
        for (var id = 0; id < events.Length; id++)
        {
            engine.CreateSet((ushort)id, Switching(switches[id]));
            programs.Add(EventProgram.Write(engine, kernel, events[id], (ushort)id, Ending(events[id], switches[id], options, host)));
        }

        return new EventSetSession(engine, programs, switches, reference, recorder, switcher);
    }

    /// <summary>Reads the totals so far. A turn that goes on is counted to this moment.</summary>
    public EventSetReading Read()
    {
        using var held = Engine.Hold();
        var end = Engine.CutSlice();
        return Read(_recorder.All, end, end, _switcher.Time);
    }

    /// <summary>
    /// Reads the totals since the last call, by the slices since then alone: of a short interval, in which a set had one turn or none, little is known. The first call
    /// begins the first interval.
    /// </summary>
    public EventSetReading ReadInterval()
    {
        using var held = Engine.Hold();
        var end = Engine.CutSlice();
        var interval = _recorder.Interval;
        var begun = _intervalStart;
        _intervalStart = end;
        _recorder.BeginInterval(end);
        var monitored = _switcher.Time;
        var reading = Read(interval ?? _recorder.All, end, end - (interval is null ? 0 : begun), monitored - _intervalClock);
        _intervalClock = monitored ?? 0;
        return reading;
    }

    /// <summary>Takes the oldest slice that was not read yet. The turn that goes on is not among them.</summary>
    /// <returns>False when all have been read.</returns>
    /// <exception cref="PerfmonException">The session keeps none (<see cref="EventSetOptions.SliceCapacity"/>).</exception>
    public bool TryReadSlice([NotNullWhen(true)] out EventSetSlice? slice)
    {
        var log = _recorder.Log ?? throw SetErrors.NoSlicesKept();
        using (Engine.Hold())
        {
            Engine.TellSlices();
            slice = log.TryTake();
        }

        return slice is not null;
    }

    private protected override void Starting()
    {
        if (_recorder.Log is { Origin: 0 } log)
        {
            log.Origin = Stopwatch.GetTimestamp();
        }
    }

    private EventSetReading Read(SetEstimates estimates, ulong end, ulong time, ulong? monitored) => new()
    {
        Sets = [.. _programs.Select((program, id) => Result(estimates, (ushort)id, program, end, monitored))],
        MonitoredTime = monitored is { } all ? Span(all) : null,
        Trust = estimates.Check(end),
        ActiveTime = Span(time),
        Switching = Engine.Switching,
        LostSlices = _recorder.Log?.Lost ?? 0,
    };

    private EventSetResult Result(SetEstimates estimates, ushort id, EventProgram program, ulong end, ulong? monitored)
    {
        var statistics = Engine.Statistics(id);
        var counts = new EventCount[program.Events.Count];
        for (var i = 0; i < counts.Length; i++)
        {
            var request = program.Events[i];
            var estimate = Uncovered.Include(estimates.Read(id, i, end), monitored);
            var isCounted = request.Futility is null && estimate.State != CountState.NotCounted;
            var count = new Count
            {
                State = isCounted ? estimate.State : CountState.NotCounted,
                Value = isCounted ? estimate.Value : 0,
                Raw = isCounted ? estimate.Counted : 0,
                TimeEnabled = estimate.Time,
                TimeRunning = isCounted ? Math.Min(estimate.TimeCounted, estimate.Time) : 0,
            };
            var refusal = Engine.WhyNotCounted(program.Pmds[i], id);
            counts[i] = new EventCount(request, count, refusal)
            {
                Interval = estimates.IntervalOf(estimate),
                LacksTurn = !isCounted && refusal is null && request.Futility is null && estimate.Time > 0 && !estimates.HadTurn(id),
            };
        }

        return new EventSetResult(id, statistics.Runs, Span(statistics.ActiveTime), _switches[id], new Reading(counts));
    }

    private static TimeSpan Span(ulong nanoseconds) => TimeSpan.FromTicks((long)(nanoseconds / TimeSpan.NanosecondsPerTick));

    // A set's events, with the one that ends its turns and the reference.
    private static IReadOnlyList<EventRequest> Complete(IReadOnlyList<EventRequest> events, SetSwitch when, EventSetOptions options, HostDescription host)
    {
        List<EventRequest> all = [.. events];
        foreach (var one in new[] { options.Reference, (when as SetSwitch.OverflowSwitch)?.Trigger }.OfType<EventRequest>())
        {
            if (!all.Exists(known => SetEstimates.IsSame(known, one)))
            {
                all.Add(one);
            }
        }

        return Permitted(all, options, host);
    }

    private static IReadOnlyList<EventRequest> Permitted(IReadOnlyList<EventRequest> events, EventSetOptions options, HostDescription host) =>
        options.Session.KernelMode == KernelMode.WhenPermitted ? UserModeFallback.Apply(events, host) : events;

    private static EventRequest? FindReference(IReadOnlyList<EventRequest>[] sets, EventSetOptions options, HostDescription host) =>
        options.Reference is { } reference
            ? Permitted([reference], options, host)[0]
            : sets[0].FirstOrDefault(one => one.Futility is null && !PlannedCounter.IsClockOf(one.Selection) && sets.All(events => events.Any(other => SetEstimates.IsSame(one, other))));

    private static SetSwitching Switching(SetSwitch when) => when switch
    {
        SetSwitch.TimeSwitch(var time) => new SetSwitching(SwitchCause.Time, (ulong)time.TotalNanoseconds),
        SetSwitch.OverflowSwitch => new SetSwitching(SwitchCause.Overflow, 0),
        _ => SetSwitching.Never,
    };

    private static Func<int, (ulong Value, PmdAttributes? Attributes)>? Ending(
        IReadOnlyList<EventRequest> events, SetSwitch when, EventSetOptions options, HostDescription host)
    {
        if (when is not SetSwitch.OverflowSwitch(var trigger, var period, var count))
        {
            return null;
        }

        trigger = Permitted([trigger], options, host)[0];
        var first = unchecked(0 - period);
        var attributes = new PmdAttributes { ShortReset = first, LongReset = first, OverflowSwitchCount = count };
        return index => SetEstimates.IsSame(events[index], trigger) ? (first, attributes) : (0, null);
    }
}
