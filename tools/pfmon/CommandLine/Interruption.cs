using System.Runtime.InteropServices;
using Perfmon.Session;

namespace Perfmon.Tool.CommandLine;

/// <summary>
/// The signals that ask pfmon to end. The first asks to finish with what was counted, the second to wait for nothing. While a command
/// runs, the first one is the command's: a terminal sends Ctrl-C and Ctrl-\ to it anyway, SIGTERM and SIGHUP are passed on.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int SigHup = 1;
    private const int SigTerm = 15;

    private readonly CancellationTokenSource _finish = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    /// <summary>Set by the first signal.</summary>
    public CancellationToken Finish => _finish.Token;

    /// <summary>Set by the second signal.</summary>
    public CancellationToken GiveUp => _giveUp.Token;

    /// <summary>The command that runs, if one does.</summary>
    public MonitoredCommand? Command { get; set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _finish.Dispose();
        _giveUp.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal is PosixSignal.SIGTERM or PosixSignal.SIGHUP)
        {
            Command?.Signal(context.Signal == PosixSignal.SIGTERM ? SigTerm : SigHup);
        }

        (_finish.IsCancellationRequested ? _giveUp : _finish).Cancel();
    }
}
