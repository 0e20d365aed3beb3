using System.Diagnostics;
using Perfmon.Kvm.Guests;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Kvm.Guests;

/// <summary>Carries out a request. What was counted until Ctrl-C, or until the virtual machine ended, is the result.</summary>
internal static class GuestStatRun
{
    // An event that never happens: it carries a command that is run, not counted.
    private const string Nothing = "dummy:u";
    private const int SigTerm = 15;

    public static async Task<GuestStatResult> RunAsync(GuestStatRequest request, Interruption interruption, Action<GuestStatResult> onInterval)
    {
        using var session = GuestSession.Create(request.Events, request.Session);
        session.Attach(request.ProcessId);
        using var carrier = request.Command.Count > 0 ? MonitoringSession.Create(Nothing) : null;
        if (carrier is not null)
        {
            CommandStart.Run(() => carrier.Attach(Target.Command(request.Command[0], [.. request.Command.Skip(1)])));
            interruption.Command = carrier.Command;
        }

        var intervals = request.Interval is { } length ? new GuestIntervalReader(session, length, onInterval) : null;
        session.Start();
        var clock = Stopwatch.StartNew();
        carrier?.Start();
        var end = WaitAsync(request, session, carrier?.Command, interruption);
        await (intervals?.RunAsync(clock, end) ?? end).ConfigureAwait(false);
        var exit = await end.ConfigureAwait(false);
        session.Stop();
        interruption.Command = null;
        var elapsed = clock.Elapsed;
        var whole = session.Read();
        intervals?.Finish(whole, elapsed);
        return new GuestStatResult(session.Machine!, elapsed, elapsed, whole)
        {
            IsWhole = true,
            ExitCode = carrier is null ? null : exit switch
            {
                { ExitCode: { } code } => code,
                { Signal: { } signal } => ExitCode.OfSignal(signal),
                _ => ExitCode.OfSignal(2),
            },
            Notes = [.. request.Notes, .. session.Notices, .. session.HasEnded ? ["The virtual machine has ended."] : Array.Empty<string>()],
        };
    }

    private static async Task<CommandExit?> WaitAsync(GuestStatRequest request, GuestSession session, MonitoredCommand? command, Interruption interruption)
    {
        using var timeout = request.Timeout is { } time ? new CancellationTokenSource(time) : new CancellationTokenSource();
        try
        {
            if (command is null)
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, interruption.Finish);
                await session.WaitForEndAsync(either.Token).ConfigureAwait(false);
                return null;
            }

            using var registration = timeout.Token.Register(() => command.Signal(SigTerm));
            return await command.WaitForExitAsync(interruption.GiveUp).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
