using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// Makes the sets of a session give way to each other, each for its own cause: one thread or CPU by what its own clocks and counters tell, several threads by looking.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="order">Which set comes next.</param>
/// <param name="beforeOthers">Whether the threads that switch go before ordinary ones (SCHED_FIFO), if they may.</param>
/// <param name="tellsTime">Whether somebody asks for <see cref="Time"/>, which takes an event on each thread.</param>
/// <param name="keepsTurns">Whether a start goes on with the turn that a stop interrupted.</param>
internal sealed class SetSwitcher(IPerfKernel kernel, ISetOrder order, bool beforeOthers, bool tellsTime, bool keepsTurns = false) : ISetDriver
{
    private ISwitchPolicy[] _policies = [];
    private SessionEngine? _session;
    private MonitoredTime? _clock;
    private ulong _earlierTime;
    private bool _isTimeKnown = true;

    /// <summary>For how long the target was monitored, in nanoseconds; null where nothing tells. Read under the session's lock.</summary>
    public ulong? Time => _isTimeKnown ? _earlierTime + (_clock?.Read() ?? 0) : null;

    public bool KeepsTurns => keepsTurns;

    public void Attach(SessionEngine session, Attachment attachment, IReadOnlyList<SessionSet> sets)
    {
        var points = attachment.Points;
        _session = session;
        if (sets.Count < 2)
        {
            _isTimeKnown = false;
            return;
        }

        // Counters that others inherit tell nothing, and each of several points only of itself. The clocks of all CPUs are one.
        var isSteady = sets.All(set => set.Counters!.IsSteady);
        var byTime = sets.Any(set => set.Switching.Cause == SwitchCause.Time);
        var byOverflow = sets.Any(set => set.Switching.Cause == SwitchCause.Overflow);
        var looks = (byTime && !(isSteady && (points.Count == 1 || points[0].Cpu >= 0))) || (byOverflow && !(isSteady && points.Count == 1));
        _clock = tellsTime ? MonitoredTime.TryOpen(kernel, points, attachment.Mode) : null;
        _isTimeKnown &= _clock is not null;
        try
        {
            if (looks)
            {
                _policies = [new PolledSwitching(kernel, session, order, beforeOthers)];
                return;
            }

            if (byTime)
            {
                _policies = [new TimeSwitching(kernel, session, order, points[0], beforeOthers)];
            }

            if (byOverflow)
            {
                _policies = [.. _policies, new OverflowSwitching(session, order, sets, points[0], beforeOthers)];
            }
        }
        catch
        {
            Detach();
            throw;
        }
    }

    public void Begin(in TurnStart turn)
    {
        _clock?.Begin();
        foreach (var policy in _policies)
        {
            policy.Begin(turn);
        }
    }

    public void EndTurn(in RegisterMask overflowed, ulong due) => _ = _session!.SwitchSet(order, overflowed, due);

    public void CatchUp()
    {
        foreach (var policy in _policies)
        {
            policy.CatchUp();
        }
    }

    public void Stop()
    {
        _clock?.Stop();
        foreach (var policy in _policies)
        {
            policy.Stop();
        }
    }

    public void Detach()
    {
        _earlierTime += _clock?.Read() ?? 0;
        _clock?.Dispose();
        _clock = null;
        foreach (var policy in _policies)
        {
            policy.Dispose();
        }

        _policies = [];
    }
}
