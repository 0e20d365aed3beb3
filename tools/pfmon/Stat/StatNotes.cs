using Perfmon.Host;
using Perfmon.Session;

namespace Perfmon.Tool.Stat;

/// <summary>What must be known of a run beside its counts.</summary>
internal static class StatNotes
{
    public static IReadOnlyList<string> Of(Measurement measurement, CommandExit? exit)
    {
        var notes = new List<string>(measurement.Notices);
        if (measurement.LeavesOutKernelMode)
        {
            notes.Add($"""
                Kernel mode is left out (:u): kernel.perf_event_paranoid is {HostDescription.Current.Settings.PerfEventParanoid}.
                Count it too:  sudo sysctl kernel.perf_event_paranoid=1
                """);
        }

        var ofEvents = measurement.Events.Where(one => one.Note is not null).Select(one => $"{one.Name}: {one.Note}.").Distinct().ToList();
        if (ofEvents.Count > 0)
        {
            notes.Add(string.Join('\n', ofEvents));
        }

        if (measurement.Command is { } command && exit is null)
        {
            notes.Add($"Process {command.ProcessId} was not waited for, and goes on.");
        }

        if (exit?.Signal is { } signal)
        {
            notes.Add($"Signal {signal} ended the command.");
        }

        return notes;
    }
}
