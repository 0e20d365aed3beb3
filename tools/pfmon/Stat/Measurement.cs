using Perfmon.Diagnostics;
using Perfmon.Instruments;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tool.Stat;

/// <summary>The sessions of one run: one for each target, and one for the command, which counts nothing where targets are given.</summary>
internal sealed class Measurement : IDisposable
{
    // An event that never happens: it carries a command that is run, not counted.
    private const string Nothing = "dummy:u";

    private readonly List<CountingSession> _counting = [];
    private readonly List<EventSession> _all = [];

    private Measurement()
    {
    }

    /// <summary>The command; null without one.</summary>
    public MonitoredCommand? Command { get; private set; }

    /// <summary>The events as they are counted: some without kernel mode.</summary>
    public IReadOnlyList<Events.EventRequest> Events => _counting[0].Events;

    /// <summary>Whether kernel mode was left out of an event because this user may not count it.</summary>
    public bool LeavesOutKernelMode => _counting[0].LeavesOutKernelMode;

    /// <summary>The event sets of the only target; null where there are none.</summary>
    public SetCounting? Sets => _counting is [SetCounting sets] ? sets : null;

    /// <summary>What must be known of how the sessions attached.</summary>
    public IEnumerable<string> Notices => _all.Select(session => session.Notice).OfType<string>();

    /// <summary>Attaches to everything, stopped.</summary>
    /// <exception cref="PerfmonException">A target cannot be counted.</exception>
    /// <exception cref="ToolException">The command cannot be started.</exception>
    public static Measurement Open(StatRequest request)
    {
        var measurement = new Measurement();
        try
        {
            foreach (var target in request.Targets)
            {
                measurement.Count(request).Attach(target);
            }

            if (request.Command is [var program, ..])
            {
                var session = request.Targets.Count == 0
                    ? measurement.Count(request)
                    : measurement.Add(MonitoringSession.Create(Nothing, request.Session));
                measurement.Command = Run(session, Target.Command(program, [.. request.Command.Skip(1)]));
            }

            return measurement;
        }
        catch
        {
            measurement.Dispose();
            throw;
        }
    }

    public void Start() => _all.ForEach(session => session.Start());

    public void Stop() => _counting.ForEach(counting => counting.Session.Stop());

    /// <summary>The counts so far, summed over the targets.</summary>
    public StatReading Read() => _counting.Select(counting => counting.Read()).Aggregate((sum, next) => sum.Plus(next));

    /// <summary>The counts since the last call, likewise; the first call begins the first interval.</summary>
    public StatReading ReadInterval() => _counting.Select(counting => counting.ReadInterval()).Aggregate((sum, next) => sum.Plus(next));

    /// <summary>Publishes the counts of each target as instruments.</summary>
    public IEnumerable<SessionInstruments> Publish(InstrumentOptions options) => _counting.Select(counting => counting.Publish(options));

    /// <summary>Waits until every target has ended. CPUs and cgroups never do.</summary>
    public Task WaitForTargetsAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_counting.Select(counting => WaitForEndAsync(counting.Session, cancellationToken)));

    public void Dispose() => _all.ForEach(session => session.Dispose());

    private static async Task WaitForEndAsync(EventSession session, CancellationToken cancellationToken)
    {
        await foreach (var message in session.ReadMessagesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (message.Kind == SessionMessageKind.End)
            {
                return;
            }
        }
    }

    private static MonitoredCommand Run(EventSession session, Target command)
    {
        CommandStart.Run(() => session.Attach(command));
        return session.Command!;
    }

    private EventSession Count(StatRequest request)
    {
        var counting = CountingSession.Create(request);
        _counting.Add(counting);
        return Add(counting.Session);
    }

    private EventSession Add(EventSession session)
    {
        _all.Add(session);
        return session;
    }
}
