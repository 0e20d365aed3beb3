using System.Diagnostics;
using Perfmon.Session;

namespace Perfmon.Bench.Startup;

/// <summary>A command that is run from its start to its end.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Command">The program and its arguments.</param>
internal sealed record StartupSide(string Name, params string[] Command)
{
    /// <summary>Runs it once; what it writes is thrown away.</summary>
    public async Task<StartupTime> RunAsync()
    {
        // The shell that leaves its output out becomes the command: it is in every side's time alike.
        using var session = MonitoringSession.Create("task-clock");
        session.Attach(Target.Command("sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", .. Command]));
        var clock = Stopwatch.StartNew();
        session.Start();
        var exit = await session.Command!.WaitForExitAsync().ConfigureAwait(false);
        var elapsed = clock.Elapsed;
        session.Stop();
        return exit.ExitCode == 0
            ? new StartupTime(elapsed.TotalMilliseconds, session.Read()[0].Count.Value / 1e6)
            : throw new InvalidOperationException($"{string.Join(' ', Command)} ended with {exit.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? $"signal {exit.Signal}"}.");
    }
}

/// <param name="Elapsed">From its start to its end, in milliseconds.</param>
/// <param name="Cpu">CPU time of it and of what it started, in milliseconds.</param>
internal readonly record struct StartupTime(double Elapsed, double Cpu);
