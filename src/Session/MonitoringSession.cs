using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// Counts events by name: create, attach to a target, start, read, stop. Underneath, each event is a virtual PMC and its PMD, and
/// the counters are kernel event groups (<c>perf_event_open(2)</c>). Counts go on over stop and start, and stay readable after
/// the target has ended. All members are safe for several threads.
/// </summary>
/// <example>
/// <code>
/// using var session = MonitoringSession.Create("page-faults", "context-switches");
/// session.Attach(Target.CallingThread);
/// session.Start();
/// Work();
/// session.Stop();
/// Console.WriteLine(session.Read()["page-faults"]);
/// </code>
/// </example>
public sealed class MonitoringSession : EventSession
{
    private readonly EventProgram _program;
    private readonly int[] _futile;

    private MonitoringSession(SessionEngine engine, EventProgram program)
        : base(engine, [program])
    {
        _program = program;
        _futile = [.. Enumerable.Range(0, Events.Count).Where(index => Events[index].Futility is not null)];
    }

    /// <summary>The events, in the order their counts are read.</summary>
    public IReadOnlyList<EventRequest> Events => _program.Events;

    /// <summary>
    /// Why not all counters of the PMU can be read from user space (<see cref="SessionOptions.UserSpaceReads"/>), and what to do; null
    /// where they can. A counter that is off the PMU is read by the kernel all the same: <see cref="Count.Path"/> tells of each count.
    /// </summary>
    public string? UserSpaceReadObstacle => Engine.UserSpaceReadObstacle;

    /// <summary>A session for events named as in perf; each text may also be a list: <c>"page-faults,{cycles,instructions}:u"</c>.</summary>
    /// <exception cref="PerfmonException">A name is wrong; the message shows where.</exception>
    public static MonitoringSession Create(params ReadOnlySpan<string> events) =>
        Create(string.Join(',', events), SessionOptions.Default);

    /// <summary>A session for a list of events named as in perf.</summary>
    /// <exception cref="PerfmonException">A name is wrong; the message shows where.</exception>
    public static MonitoringSession Create(string events, SessionOptions options) =>
        Create(EventParser.ParseOrThrow(events, HostDescription.Current), options);

    /// <summary>A session for events that <see cref="EventParser"/> gave.</summary>
    /// <exception cref="PerfmonException">There are more events than a session has registers for.</exception>
    public static MonitoringSession Create(IReadOnlyList<EventRequest> events, SessionOptions? options = null) =>
        Create(events, options ?? SessionOptions.Default, LinuxKernel.Instance, HostDescription.Current);

    internal static MonitoringSession Create(
        IReadOnlyList<EventRequest> events, SessionOptions options, IPerfKernel kernel, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(options);
        if (options.KernelMode == KernelMode.WhenPermitted)
        {
            events = UserModeFallback.Apply(events, host);
        }

        var engine = new SessionEngine(kernel, host, HardwareModels.Map(host, kernel), SessionKinds.Any, options);
        return new MonitoringSession(engine, EventProgram.Write(engine, kernel, events));
    }

    /// <summary>Reads all counts.</summary>
    public Reading Read()
    {
        var counts = new Count[Events.Count];
        Read(counts);
        return new Reading([.. counts.Select((count, i) => Describe(i, count))]);
    }

    /// <summary>Reads all counts without allocation: one kernel call for each group on each thread or CPU; for each event, where descendants are followed.</summary>
    /// <param name="destination">Room for a count for each of <see cref="Events"/>.</param>
    /// <exception cref="ArgumentException">There is not room for all.</exception>
    public void Read(Span<Count> destination)
    {
        if (destination.Length < Events.Count)
        {
            throw new ArgumentException($"There is room for {destination.Length} counts, and {Events.Count} events.", nameof(destination));
        }

        Engine.Read(_program.Pmds, destination);
        foreach (var index in _futile)
        {
            // The kernel gives 0 for what it never looks at.
            destination[index] = new Count { TimeEnabled = destination[index].TimeEnabled };
        }
    }

    /// <summary>A count of <see cref="Events"/>, with why there is none where this machine does not count the event.</summary>
    internal EventCount Describe(int index, in Count count) => new(Events[index], count, Engine.WhyNotCounted(_program.Pmds[index]));
}
