using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// Switches sets of several threads, which have no common clock that overflows, nor a common counter: it looks how far the active set's turn has come, and again when
/// it should be over at the speed of late. A turn is over when the time of all threads together is the set's, or when a PMD has overflowed often enough by the
/// events of all of them; it is the later by a look the less steadily they run.
/// </summary>
internal sealed class PolledSwitching : SessionHandler, ISwitchPolicy
{
    // Looks come no closer than that, and no further apart while nothing moves.
    private const ulong Shortest = 50_000;
    private const ulong Longest = 10_000_000;

    private readonly IPerfKernel _kernel;
    private readonly ISetOrder _order;
    private readonly SafeKernelHandle _timer;
    private readonly IDisposable? _watch;

    // How much of a turn goes by in a nanosecond, and when and how far the last look was.
    private double _speed;
    private double _share;
    private ulong _looked;
    private ulong _due;
    private bool _isRunning;
    private bool _isDisposed;

    public PolledSwitching(IPerfKernel kernel, SessionEngine session, ISetOrder order, bool beforeOthers)
        : base(session)
    {
        _kernel = kernel;
        _order = order;
        var created = kernel.TimerCreate();
        if (created.Failed)
        {
            throw SetErrors.NoTimer("timerfd_create", created.Error);
        }

        _timer = new SafeKernelHandle(kernel, (int)created.Value);
        var watched = CpuThread.Of(CpuThread.AnyCpu, beforeOthers).TryWatch(_timer.Descriptor, this, out _watch);
        if (watched.Failed)
        {
            _timer.Dispose();
            throw SetErrors.NoTimer("epoll_ctl", watched.Error);
        }
    }

    public void Begin(in TurnStart turn)
    {
        var (cause, timeout) = turn.Switching;
        _isRunning = cause != SwitchCause.Nothing;
        _share = Math.Clamp(cause == SwitchCause.Time ? (double)turn.Past / timeout : turn.Set.ShareOfTurn(), 0, 1);
        _looked = turn.Now;

        // Nothing is known of the first turn: one thread that always runs is as likely as any.
        _speed = _speed > 0 ? _speed : cause == SwitchCause.Time ? 1.0 / timeout : 1.0 / Longest;
        Wait(1 - _share);
    }

    public void CatchUp()
    {
        if (_isRunning && _kernel.MonotonicTime >= _due)
        {
            _ = ServeHeld();
        }
    }

    public void Stop()
    {
        _isRunning = false;
        Set(0);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _watch?.Dispose();
        _timer.Dispose();
    }

    protected override bool TryServeHeld()
    {
        if (_isRunning && !_isDisposed && !TryLook())
        {
            Set(0);
        }

        return true;
    }

    // False when there is nothing to look at any more.
    private bool TryLook()
    {
        if (!Session.TryReadTurn(out var set, out var time))
        {
            return false;
        }

        var overflowed = set!.EndedBy();
        var share = set.Switching.Cause == SwitchCause.Time ? (double)time / set.Switching.Timeout : set.ShareOfTurn();
        var now = _kernel.MonotonicTime;
        var speed = (share - _share) / Math.Max(1, now - _looked);
        _speed = speed > 0 ? (_speed + speed) / 2 : _speed;
        (_share, _looked) = (share, now);
        if (share >= 1)
        {
            return Session.SwitchSet(_order, overflowed, due: 0);
        }

        Wait(1 - share);
        return true;
    }

    private void Wait(double share)
    {
        var time = (ulong)Math.Clamp(share / _speed, Shortest, Longest);
        _due = _looked + time;
        Set(time);
    }

    // Reading it is not needed: setting a timer makes it unreadable until its time has come.
    private void Set(ulong nanoseconds)
    {
        if (!_isDisposed)
        {
            _ = _kernel.TimerSet(_timer.Descriptor, nanoseconds);
        }
    }
}
