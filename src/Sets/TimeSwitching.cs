using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// Switches sets when their time is over, in the time of the thread or of the CPU that is counted: by a <see cref="SliceTimer"/>, on the CPU where
/// its time was over.
/// </summary>
internal sealed class TimeSwitching : OverflowWatch, ISwitchPolicy
{
    // A turn is longer than its timer's period by what the interrupt, and the wake-up of the thread that switches, come late: on average about the same, which is
    // taken off the next period. What is far beyond that has other reasons.
    private const long Learning = 8;
    private const long MostShare = 4;

    // The kernel's clocks do not overflow sooner.
    private const ulong Shortest = 10_000;

    private readonly ISetOrder _order;
    private readonly SliceTimer _timer;
    private bool _isRunning;
    private ulong _earliest;

    private long _excess;
    private ulong _period;
    private bool _isTurnOver;

    public TimeSwitching(IPerfKernel kernel, SessionEngine session, ISetOrder order, AttachPoint point, bool beforeOthers)
        : base(session, beforeOthers)
    {
        _order = order;
        _timer = SliceTimer.Open(kernel, point);
        try
        {
            Watch(session.CpuOf(point));
        }
        catch
        {
            _timer.Dispose();
            throw;
        }
    }

    protected override int Descriptor => _timer.Descriptor;

    public void Begin(in TurnStart turn)
    {
        _isRunning = turn.Switching.Cause == SwitchCause.Time;
        if (_isTurnOver)
        {
            var excess = Math.Clamp((long)(Session.LastTurn - _period), 0, (long)_period / MostShare);
            _excess += (excess - _excess) / Learning;
            _isTurnOver = false;
        }

        if (_isRunning)
        {
            var timeout = turn.Switching.Timeout;
            var past = Math.Min(turn.Past, timeout);
            var left = Math.Max(timeout - past, Shortest);
            var period = left - Math.Min((ulong)_excess, left / MostShare);
            _period = past + period;

            // Whatever the target does, a period is no shorter by the wall clock: what overflows sooner was on its way when the timer was set anew. The clocks may differ somewhat.
            _earliest = turn.Now + period - (period / 8);
            _timer.Begin(period);
        }
        else
        {
            _timer.Stop();
        }
    }

    public void CatchUp() => _ = ServeHeld();

    public void Stop()
    {
        _isRunning = false;
        _timer.Stop();
    }

    public override void Dispose()
    {
        base.Dispose();
        _timer.Dispose();
    }

    protected override bool TryAct(out int cpu)
    {
        var any = _timer.TryTake(out var overflow);
        cpu = overflow.Cpu;

        // An overflow of the turn before is no end of this one.
        if (any && _isRunning && overflow.Time >= _earliest)
        {
            _isTurnOver = true;
            _ = Session.SwitchSet(_order, due: overflow.Time);
        }

        return any;
    }
}
