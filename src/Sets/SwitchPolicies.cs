using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Chooses what makes the sets of an attached session give way.</summary>
internal static class SwitchPolicies
{
    /// <summary>One thread or CPU is told by what its own clocks and counters tell, several threads by looking. Null where no set gives way.</summary>
    public static ISwitchPolicy? Open(
        IPerfKernel kernel, SessionEngine session, ISetOrder order, IReadOnlyList<AttachPoint> points, IReadOnlyList<SessionSet> sets, bool beforeOthers)
    {
        // Counters that others inherit tell nothing, and each of several points only of itself. The clocks of all CPUs are one.
        var isSteady = sets.All(set => set.Counters!.IsSteady);
        var byTime = sets.Any(set => set.Switching.Cause == SwitchCause.Time);
        var byOverflow = sets.Any(set => set.Switching.Cause == SwitchCause.Overflow);
        if ((byTime && !(isSteady && (points.Count == 1 || points[0].Cpu >= 0))) || (byOverflow && !(isSteady && points.Count == 1)))
        {
            return new PolledSwitching(kernel, session, order, beforeOthers);
        }

        var time = byTime ? new TimeSwitching(kernel, session, order, points[0], beforeOthers) : null;
        try
        {
            var overflow = byOverflow ? new OverflowSwitching(session, order, sets, points[0], beforeOthers) : null;
            return time is null ? overflow : overflow is null ? time : new Both(time, overflow);
        }
        catch
        {
            time?.Dispose();
            throw;
        }
    }

    // Some sets by time, some by overflow.
    private sealed class Both(TimeSwitching time, OverflowSwitching overflow) : ISwitchPolicy
    {
        public void Begin(in TurnStart turn)
        {
            time.Begin(turn);
            overflow.Begin(turn);
        }

        public void CatchUp()
        {
            time.CatchUp();
            overflow.CatchUp();
        }

        public void Stop()
        {
            time.Stop();
            overflow.Stop();
        }

        public void Dispose()
        {
            time.Dispose();
            overflow.Dispose();
        }
    }
}
