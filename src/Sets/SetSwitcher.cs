using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Makes the sets of a session give way to each other, each for its own cause, and knows for how long the target was monitored.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="order">Which set comes next.</param>
/// <param name="beforeOthers">Whether the threads that switch go before ordinary ones (SCHED_FIFO), if they may.</param>
/// <param name="tellsTime">Whether somebody asks for <see cref="Time"/>, which takes an event on each thread.</param>
/// <param name="keepsTurns">Whether a start goes on with the turn that a stop interrupted.</param>
internal sealed class SetSwitcher(IPerfKernel kernel, ISetOrder order, bool beforeOthers, bool tellsTime, bool keepsTurns = false) : ISetDriver
{
    private ISwitchPolicy? _policy;
    private SessionEngine? _session;
    private MonitoredTime? _clock;

    // What the clock had when the session was started last, and all there was between starts and stops before.
    private ulong _began;
    private ulong _earlier;
    private bool _isRunning;
    private bool _isTimeKnown = true;

    /// <summary>For how long the target was monitored, in nanoseconds; null where nothing tells. Read under the session's lock.</summary>
    public ulong? Time => _isTimeKnown ? _earlier + SinceStart : null;

    public bool KeepsTurns => keepsTurns;

    private ulong SinceStart => _isRunning && _clock is not null ? _clock.Read() - _began : 0;

    public void Attach(SessionEngine session, Attachment attachment, IReadOnlyList<SessionSet> sets)
    {
        _session = session;
        if (sets.Count < 2)
        {
            _isTimeKnown = false;
            return;
        }

        _clock = tellsTime ? MonitoredTime.TryOpen(kernel, attachment.Points, attachment.Mode) : null;
        _isTimeKnown &= _clock is not null;
        try
        {
            _policy = SwitchPolicies.Open(kernel, session, order, attachment.Points, sets, beforeOthers);
        }
        catch
        {
            Detach();
            throw;
        }
    }

    public void Begin(in TurnStart turn)
    {
        if (!_isRunning)
        {
            _began = _clock?.Read() ?? 0;
            _isRunning = true;
        }

        _policy?.Begin(turn);
    }

    public void EndTurn(in RegisterMask overflowed, ulong due) => _ = _session!.SwitchSet(order, overflowed, due);

    public void CatchUp() => _policy?.CatchUp();

    public void Stop()
    {
        HoldTime();
        _policy?.Stop();
    }

    public void Detach()
    {
        HoldTime();
        _clock?.Dispose();
        _policy?.Dispose();
        (_clock, _policy) = (null, null);
    }

    private void HoldTime()
    {
        _earlier += SinceStart;
        _isRunning = false;
    }
}
