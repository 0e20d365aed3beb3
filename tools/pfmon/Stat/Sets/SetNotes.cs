using Perfmon.Session;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>What must be known of event sets that were counted.</summary>
internal static class SetNotes
{
    // Starting a command and a late clock make less than that.
    private const double CoveredShare = 0.9;
    private static readonly TimeSpan s_missingAtLeast = TimeSpan.FromMilliseconds(20);

    // What may go by between two sets before it is worth a note.
    private const double LateShare = 0.02;

    /// <summary>The notes on one run.</summary>
    /// <param name="turns">How sets took turns.</param>
    /// <param name="request">What was counted.</param>
    /// <param name="elapsed">How long was counted.</param>
    /// <param name="exit">How the command ended, if it was one.</param>
    public static IEnumerable<string> Of(SetTurns turns, StatRequest request, TimeSpan elapsed, CommandExit? exit)
    {
        if (turns.LostSlices > 0)
        {
            yield return $"{turns.LostSlices:N0} slices were not read in time and are missing in the files. The totals have them. Longer turns make fewer slices:  --switch 20ms";
        }

        if (turns.MonitoredTime is { } monitored && monitored - turns.ActiveTime > LateShare * monitored)
        {
            yield return $"{(monitored - turns.ActiveTime) / monitored:P1} of the target's {monitored.TotalMilliseconds:N0} ms went by between two sets: totals take it for the same as the rest. Longer turns lose less:  --switch 20ms";
        }
        else if (Expected(request, elapsed, exit) is var (time, name) && time - turns.ActiveTime > s_missingAtLeast && turns.ActiveTime < CoveredShare * time)
        {
            yield return $"Sets were active for {turns.ActiveTime.TotalSeconds:N3} s of {time.TotalSeconds:N3} s of {name}: what happened in the rest is in no total.";
        }
    }

    // What the target used meanwhile, where that is known.
    private static (TimeSpan Time, string Name)? Expected(StatRequest request, TimeSpan elapsed, CommandExit? exit) =>
        request.IsOfCpus ? (elapsed, "time")
        : request.Targets.Count == 0 && exit is not null && request.Session.Following == Following.ThreadsAndProcesses ? (exit.UserTime + exit.SystemTime, "CPU time")
        : null;
}
