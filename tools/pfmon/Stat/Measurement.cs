using Perfmon.Diagnostics;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Stat;

/// <summary>The sessions of one run: one for each target, and one for the command, which counts nothing where targets are given.</summary>
internal sealed class Measurement : IDisposable
{
    private const int NotPermitted = 13; // EACCES

    // An event that never happens: it carries a command that is run, not counted.
    private const string Nothing = "dummy:u";

    private readonly List<MonitoringSession> _counting = [];
    private readonly List<MonitoringSession> _all = [];

    private Measurement()
    {
    }

    /// <summary>The command; null without one.</summary>
    public MonitoredCommand? Command { get; private set; }

    /// <summary>The events as they are counted: some without kernel mode.</summary>
    public IReadOnlyList<Events.EventRequest> Events => _counting[0].Events;

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
                measurement.Add(MonitoringSession.Create(request.Events, request.Session), isCounting: true).Attach(target);
            }

            if (request.Command is [var program, ..])
            {
                var session = request.Targets.Count == 0
                    ? measurement.Add(MonitoringSession.Create(request.Events, request.Session), isCounting: true)
                    : measurement.Add(MonitoringSession.Create(Nothing, request.Session), isCounting: false);
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

    public void Stop() => _counting.ForEach(session => session.Stop());

    /// <summary>The counts so far, summed over the targets.</summary>
    public IReadOnlyList<EventCount> Read() =>
        [.. _counting.Select(session => session.Read().AsEnumerable())
            .Aggregate((sum, next) => sum.Zip(next, (one, other) => one.Plus(other)))];

    /// <summary>Waits until every target has ended. CPUs and cgroups never do.</summary>
    public Task WaitForTargetsAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_counting.Select(session => WaitForEndAsync(session, cancellationToken)));

    public void Dispose() => _all.ForEach(session => session.Dispose());

    private static async Task WaitForEndAsync(MonitoringSession session, CancellationToken cancellationToken)
    {
        await foreach (var message in session.ReadMessagesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (message.Kind == SessionMessageKind.End)
            {
                return;
            }
        }
    }

    private static MonitoredCommand Run(MonitoringSession session, Target command)
    {
        try
        {
            session.Attach(command);
            return session.Command!;
        }
        catch (PerfmonException failure) when (failure.Reason == PerfmonReason.NoSuchTarget)
        {
            throw new ToolException(failure.Message, failure.Errno == NotPermitted ? ExitCode.NotExecutable : ExitCode.NotFound);
        }
    }

    private MonitoringSession Add(MonitoringSession session, bool isCounting)
    {
        _all.Add(session);
        if (isCounting)
        {
            _counting.Add(session);
        }

        return session;
    }
}
