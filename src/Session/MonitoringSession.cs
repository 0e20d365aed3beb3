using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
public sealed class MonitoringSession : IDisposable
{
    private readonly SessionEngine _engine;
    private readonly int[] _pmds;
    private readonly int[] _futile;
    private readonly List<SafeNativeText> _texts;
    private readonly CancellationTokenSource _disposal = new();

    private MonitoringSession(SessionEngine engine, IReadOnlyList<EventRequest> events, int[] pmds, List<SafeNativeText> texts)
    {
        _engine = engine;
        Events = events;
        _pmds = pmds;
        _futile = [.. Enumerable.Range(0, events.Count).Where(index => events[index].Futility is not null)];
        _texts = texts;
    }

    /// <summary>The events, in the order their counts are read.</summary>
    public IReadOnlyList<EventRequest> Events { get; }

    /// <summary>Where the session stands. A target that has ended shows here at once.</summary>
    public SessionState State => _engine.State;

    /// <summary>Whether monitoring is on.</summary>
    public bool IsStarted => _engine.IsStarted;

    /// <summary>Whether the thread, process or command that was attached to last has ended.</summary>
    public bool HasTargetEnded => _engine.HasEnded;

    /// <summary>The command that is monitored, to wait for or to signal; null for other targets.</summary>
    public MonitoredCommand? Command => _engine.Command;

    /// <summary>What must be known of how the last attach went, such as threads that may be missing; null when all is in order.</summary>
    public string? Notice => _engine.Notice;

    /// <summary>
    /// Why not all counters of the PMU can be read from user space (<see cref="SessionOptions.UserSpaceReads"/>), and what to do; null
    /// where they can. A counter that is off the PMU is read by the kernel all the same: <see cref="Count.Path"/> tells of each count.
    /// </summary>
    public string? UserSpaceReadObstacle => _engine.UserSpaceReadObstacle;

    /// <summary>
    /// A descriptor that is readable while a message waits (see <see cref="TryReadMessage"/>), for poll and epoll. It belongs to the session.
    /// </summary>
    public SafeHandle MessageDescriptor => _engine.MessageDescriptor;

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
        var texts = new List<SafeNativeText>();
        return new MonitoringSession(engine, events, Program(engine, kernel, events, texts), texts);
    }

    /// <summary>Binds the session to <paramref name="target"/>, stopped. A <see cref="Target.Command"/> is started and held.</summary>
    /// <exception cref="PerfmonException">The target does not exist, may not be monitored, or an event cannot be counted on it.</exception>
    public void Attach(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _engine.Attach(target);
    }

    /// <summary>Turns monitoring on. A held command is let go, and counted from its first instruction.</summary>
    /// <exception cref="PerfmonException">The session is not attached, or its target has ended.</exception>
    public void Start() => _engine.Start();

    /// <summary>Turns monitoring off; counts stay. Nothing happens when the target has ended.</summary>
    /// <exception cref="PerfmonException">The session is not attached.</exception>
    public void Stop() => _engine.Stop(toleratesEnd: true);

    /// <summary>Unbinds the session from its target; counts stay readable. Nothing happens when the target has ended.</summary>
    /// <exception cref="PerfmonException">The session is not attached.</exception>
    public void Detach() => _engine.Detach(toleratesEnd: true);

    /// <summary>Reads all counts.</summary>
    public Reading Read()
    {
        var counts = new Count[_pmds.Length];
        Read(counts);
        return new Reading([.. counts.Select((count, i) => new EventCount(Events[i], count, _engine.WhyNotCounted(_pmds[i])))]);
    }

    /// <summary>Reads all counts without allocation: one kernel call for each group on each thread or CPU; for each event, where descendants are followed.</summary>
    /// <param name="destination">Room for a count for each of <see cref="Events"/>.</param>
    /// <exception cref="ArgumentException">There is not room for all.</exception>
    public void Read(Span<Count> destination)
    {
        if (destination.Length < _pmds.Length)
        {
            throw new ArgumentException($"There is room for {destination.Length} counts, and {_pmds.Length} events.", nameof(destination));
        }

        _engine.Read(_pmds, destination);
        foreach (var index in _futile)
        {
            // The kernel gives 0 for what it never looks at.
            destination[index] = new Count { TimeEnabled = destination[index].TimeEnabled };
        }
    }

    /// <summary>Takes the oldest message, if one waits.</summary>
    public bool TryReadMessage(out SessionMessage message) => _engine.TryReadMessage(out message);

    /// <summary>The session's messages as they come. The stream ends after <see cref="SessionMessageKind.End"/>, and when the session is disposed.</summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<SessionMessage> ReadMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        while (await NextMessageAsync(either.Token).ConfigureAwait(false) is { } message)
        {
            yield return message;
            if (message.Kind == SessionMessageKind.End)
            {
                yield break;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    // Null once the session is disposed, at whatever point of this that happens, or the token cancelled.
    private async ValueTask<SessionMessage?> NextMessageAsync(CancellationToken cancellationToken)
    {
        try
        {
            SessionMessage message;
            while (!_engine.TryReadMessage(out message))
            {
                await DescriptorWatcher.Shared.WaitForInputAsync(_engine.MessageDescriptor, cancellationToken).ConfigureAwait(false);
            }

            return message;
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException && cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Detaches and closes everything. A command that was never started ends; one that was goes on.</summary>
    public void Dispose()
    {
        _disposal.Cancel();
        _engine.Dispose();
        foreach (var text in _texts)
        {
            text.Dispose();
        }
    }

    // Puts each event into the next free virtual PMCs, and gives back the PMDs.
    private static int[] Program(
        SessionEngine engine, IPerfKernel kernel, IReadOnlyList<EventRequest> events, List<SafeNativeText> texts)
    {
        var needed = events.Sum(request => VirtualModel.WordCount(Selection(request, 1)));
        if (needed > RegisterSpace.VirtualCount)
        {
            throw SessionErrors.TooManyEvents(needed);
        }

        var pmcs = new ulong[RegisterSpace.Count];
        var pmds = new int[events.Count];
        var next = RegisterSpace.FirstVirtual;
        for (var i = 0; i < pmds.Length; i++)
        {
            var request = events[i];
            var address = 0UL;
            if (request.Text is { } text)
            {
                texts.Add(kernel.AllocateText(text.Value));
                address = texts[^1].Address;
            }

            var selection = Selection(request, address);
            if (!VirtualModel.TryEncode(next, selection, pmcs))
            {
                throw new PerfmonException(PerfmonReason.InvalidRequest, $"{request.Name} cannot be selected by a PMC: its PMU's type {selection.Type} needs more than 16 bits.");
            }

            pmds[i] = next;
            engine.Label(next, new CounterLabel(request.Name, request.Group, request.Cpus));
            next += VirtualModel.WordCount(selection);
        }

        var writes = Enumerable.Range(RegisterSpace.FirstVirtual, next - RegisterSpace.FirstVirtual).Select(pmc => new PmcWrite(0, pmc, pmcs[pmc]));
        engine.WritePmcs([.. writes], out _);
        engine.WritePmds([.. pmds.Select(pmd => new PmdWrite(0, pmd, 0))], out _);
        return pmds;
    }

    private static EventSelection Selection(EventRequest request, ulong textAddress) =>
        request.Text is null ? request.Selection : request.Selection with { Config1 = textAddress };
}
