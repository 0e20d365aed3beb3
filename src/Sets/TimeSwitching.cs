using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Switches sets when their time is over: a <see cref="SliceTimer"/> on the target, watched on the target's CPU.</summary>
internal sealed class TimeSwitching(IPerfKernel kernel, ISetOrder order) : ISetDriver
{
    // All under the session's lock.
    private SessionEngine? _session;
    private SliceTimer? _timer;
    private SliceWatcher.Registration? _registration;

    public void Attach(SessionEngine session, IReadOnlyList<AttachPoint> points, IReadOnlyList<SetSwitching> sets)
    {
        if (sets.Count < 2 || !sets.Any(set => set.Cause == SwitchCause.Time))
        {
            return;
        }

        _session = session;
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
            // Readable without an overflow: the target has ended, and would be readable for ever.
            _registration!.Dispose();
            return;
        }

        if (_session!.SwitchSet(order) && cpu != _registration!.Cpu)
        {
            _registration.Dispose();
            Watch(cpu);
        }
    }
}
