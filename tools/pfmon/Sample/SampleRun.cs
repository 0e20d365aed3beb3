using Perfmon.Host;
using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Sample;

/// <summary>The session of a request, the command that runs meanwhile, and the perf maps of .NET processes that are on for it.</summary>
internal sealed class SampleRun : IDisposable
{
    // An event that never happens: it carries a command that is run, not sampled.
    private const string Nothing = "dummy:u";
    private const int SigInt = 2;

    private readonly SampleRequest _request;
    private readonly MonitoringSession? _carrier;
    private readonly JitMapSwitch? _jit;
    private Task _look = Task.CompletedTask;

    private SampleRun(SampleRequest request, bool commandWritesToError)
    {
        _request = request;
        Session = SamplingSession.Create(request.Events, request.Options);
        try
        {
            var command = request.Command is not [var program, ..] ? null
                : commandWritesToError ? Target.CommandWritingToError(program, [.. request.Command.Skip(1)])
                : Target.Command(program, [.. request.Command.Skip(1)]);
            if (request.Targets.Count > 0)
            {
                Session.Attach(request.Targets);
                if (command is not null)
                {
                    _carrier = MonitoringSession.Create(Nothing);
                    CommandStart.Run(() => _carrier.Attach(command));
                }
            }
            else
            {
                CommandStart.Run(() => Session.Attach(command!));
            }
        }
        catch
        {
            _carrier?.Dispose();
            Session.Dispose();
            throw;
        }

        _jit = request.JitMaps == JitMapUse.Nothing ? null : new JitMapSwitch(isOn: request.JitMaps == JitMapUse.SwitchOn);
    }

    public SamplingSession Session { get; }

    /// <summary>The command; null without one.</summary>
    public MonitoredCommand? Command => Session.Command ?? _carrier?.Command;

    /// <summary>How the command ended; null without one, and where it was not waited for.</summary>
    public CommandExit? Exit { get; private set; }

    /// <summary>What pfmon returns.</summary>
    public int ExitCode => Exit switch
    {
        { ExitCode: { } code } => code,
        { Signal: { } signal } => CommandLine.ExitCode.OfSignal(signal),
        _ => Command is null ? CommandLine.ExitCode.Success : CommandLine.ExitCode.OfSignal(SigInt),
    };

    /// <summary>.NET processes whose methods have no names.</summary>
    public IReadOnlyList<int> WithoutNames => _jit?.WithoutMap ?? [];

    /// <summary>Attaches to everything, stopped.</summary>
    /// <param name="request">What to sample.</param>
    /// <param name="commandWritesToError">Whether what the command writes to its standard output is to go to standard error.</param>
    /// <exception cref="Diagnostics.PerfmonException">The target cannot be sampled.</exception>
    /// <exception cref="ToolException">The command cannot be started.</exception>
    public static SampleRun Open(SampleRequest request, bool commandWritesToError = false) => new(request, commandWritesToError);

    public void Start()
    {
        Session.Start();
        _carrier?.Start();
        if (_jit is { } jit)
        {
            // What was named may have threads' ids: their process has the map.
            _look = Task.Run(() =>
            {
                if (_request.NamedIds.Count > 0)
                {
                    _request.NamedIds.Select(id => ProcessThreads.ThreadGroup(HostRoots.System, id) ?? id).Distinct().ToList().ForEach(jit.Look);
                }
                else if (_request.Targets.Count > 0)
                {
                    jit.LookAtAll();
                }
            });
        }
    }

    /// <summary>Is shown each record of the session.</summary>
    public void Observe(PerfRecord record) => _jit?.Take(record);

    /// <summary>Waits until there is no more to be sampled: the command has ended, whoever reads is done, or a signal has come; and ends the session.</summary>
    /// <param name="interruption">The signals.</param>
    /// <param name="reading">Ends when the stream of records does, or cannot be read any more.</param>
    public async Task WaitAsync(Interruption interruption, Task reading)
    {
        try
        {
            if (Command is { } command)
            {
                var ended = command.WaitForExitAsync(interruption.GiveUp);

                // The stream of the command's own session ends with it; that of a target may be over before. What was written to and is no more, fails at once.
                await Task.WhenAny(ended, reading).ConfigureAwait(false);
                if (!reading.IsFaulted)
                {
                    Exit = await ended.ConfigureAwait(false);
                }
            }
            else
            {
                await reading.WaitAsync(interruption.Finish).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException)
        {
            // A second signal: the command goes on alone.
        }

        Session.Dispose();
    }

    /// <summary>What must be known of how it went, beside what was lost. Switches perf maps off.</summary>
    public IReadOnlyList<string> Finish()
    {
        _look.Wait();
        _jit?.Dispose();
        return SampleNotes.Of(_request, Session, Command is not null && Exit is null ? Command.ProcessId : null, Exit, _jit);
    }

    public void Dispose()
    {
        Session.Dispose();
        _carrier?.Dispose();
        _look.Wait();
        _jit?.Dispose();
    }
}
