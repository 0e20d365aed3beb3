using System.Diagnostics.CodeAnalysis;
using Microsoft.Diagnostics.NETCore.Client;
using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>
/// Switches the perf map of a running .NET process on: from then on it writes <c>/tmp/perf-PID.map</c>, at
/// first what it has compiled so far. Methods that were compiled ahead of time (ReadyToRun: most of the framework, until they are hot)
/// are not in it: a process started with <c>DOTNET_ReadyToRun=0</c> has none.
/// </summary>
public static class JitMaps
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks process <paramref name="pid"/>, of .NET 8 or later, by its diagnostic port.</summary>
    /// <param name="pid">The process, as this process sees it; it may be in a container.</param>
    /// <param name="enabled">Switches the map off again when disposed.</param>
    /// <param name="problem">
    /// Why it could not be: no such process (<see cref="PerfmonReason.NoSuchTarget"/>), none of .NET or too old
    /// (<see cref="PerfmonReason.NotSupported"/>), another user's (<see cref="PerfmonReason.NotPermitted"/>), or it does not answer
    /// (<see cref="PerfmonReason.Busy"/>).
    /// </param>
    public static bool TryEnable(
        int pid, [NotNullWhen(true)] out EnabledJitMap? enabled, [NotNullWhen(false)] out PerfmonException? problem)
    {
        enabled = null;
        problem = ProcessThreads.Exists(HostRoots.System, pid)
            ? null
            : new(PerfmonReason.NoSuchTarget, $"Cannot switch on the perf map of process {pid}: there is no such process.");
        if (problem is null)
        {
            var client = new DiagnosticsClient(pid);
            problem = Ask(pid, "on", () => client.EnablePerfMap(PerfMapType.PerfMap));
            enabled = problem is null ? new(pid, client) : null;
        }

        return enabled is not null;
    }

    /// <summary>Why it did not do as told; null where it did.</summary>
    internal static PerfmonException? Ask(int pid, string what, Action command)
    {
        PerfmonException Problem(PerfmonReason reason, string text, Exception? cause = null) =>
            new(reason, $"Cannot switch {what} the perf map of process {pid}: {text}", innerException: cause);

        try
        {
            // A process that is stopped takes the connection and never answers.
            return Task.Run(command).Wait(s_patience)
                ? null
                : Problem(PerfmonReason.Busy, $"it did not answer within {s_patience.TotalSeconds:0} s. It may be stopped.");
        }
        catch (AggregateException failure)
        {
            return failure.GetBaseException() switch
            {
                UnauthorizedAccessException denied => Problem(
                    PerfmonReason.NotPermitted, "its diagnostic port is its user's and root's. Run as that user, or as root.", denied),
                UnsupportedCommandException old => Problem(
                    PerfmonReason.NotSupported, "its .NET is older than 8, which is the first that can while it runs. Start it with DOTNET_PerfMapEnabled=1.", old),
                ServerNotAvailableException absent => NotAvailable(absent),
                var other => Problem(PerfmonReason.Unexpected, other.Message, other),
            };
        }

        PerfmonException NotAvailable(ServerNotAvailableException absent) =>
            !MayEnter(pid)
                ? Problem(PerfmonReason.NotPermitted, "it is another user's. Run as that user, or as root.", absent)
                : Problem(
                    PerfmonReason.NotSupported,
                    "it has no diagnostic port that answers. It is no .NET process, of .NET Core 3.1 or before, or was started with DOTNET_EnableDiagnostics=0.",
                    absent);
    }

    private static bool MayEnter(int pid)
    {
        try
        {
            _ = File.ReadAllBytes(Path.Combine(HostRoots.System.Proc, $"{pid}", "environ"));
            return true;
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            return denied is not UnauthorizedAccessException;
        }
    }
}
