using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Switches sets when their time is over: a <see cref="SliceTimer"/> on the target, watched on the target's CPU.</summary>
internal sealed class TimeSwitching(IPerfKernel kernel, ISetOrder order) : ISetDriver
{
    private const int MostEmptyWakes = 16;

    // All under the session's lock.
    private SessionEngine? _session;
    private SliceTimer? _timer;
    private SliceWatcher.Registration? _registration;
    private int _emptyWakes;

    public void Attach(SessionEngine session, IReadOnlyList<AttachPoint> points, IReadOnlyList<SetSwitching> sets)
    {
        if (sets.Count < 2 || !sets.Any(set => set.Cause == SwitchCause.Time))
        {
            return;
        }

        _session = session;
        _emptyWakes = 0;
        _timer = SliceTimer.Open(kernel, points[0]);
        try
        {
            Watch(Math.Max(points[0].Cpu, 0));
        }
        catch
        {
            Detach();
            throw;
        }
    }

    public void Begin(SetSwitching active)
    {
        if (active.Cause == SwitchCause.Time)
        {
            _timer?.Begin(active.Timeout);
        }
        else
        {
            _timer?.Stop();
        }
    }

    public void Stop() => _timer?.Stop();

    public void Detach()
    {
        _registration?.Dispose();
        _timer?.Dispose();
        (_session, _timer, _registration) = (null, null, null);
    }

    private void Watch(int cpu)
    {
        var timer = _timer!;
        var session = _session!;
        _registration = SliceWatcher.Of(cpu).Watch(timer.Descriptor, () => session.WithLock(() => TimeIsOver(timer)));
    }

    // The session may have been detached, and attached anew, since the timer was found readable.
    private void TimeIsOver(SliceTimer timer)
    {
        if (timer != _timer)
        {
            return;
        }

        if (timer.TakeOverflow() is not { } cpu)
        {
            // The kernel wakes up some time after it wrote the record, which may be taken by then. But the clock of a target that has ended
            // is readable for ever: it is watched no more, before it keeps the target from its last steps.
            if (++_emptyWakes == MostEmptyWakes)
            {
                _registration!.Dispose();
            }

            return;
        }

        _emptyWakes = 0;

        if (_session!.SwitchSet(order) && cpu != _registration!.Cpu)
        {
            _registration.Dispose();
            Watch(cpu);
        }
    }
}
