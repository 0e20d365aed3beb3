using Perfmon.Diagnostics;

namespace Perfmon.Session;

/// <summary>An event's overflows, watched by the thread of the CPU on which the last one was.</summary>
internal sealed class WatchedSignal : IDisposable
{
    private const int MostEmptyWakes = 16;

    private readonly SessionEngine _session;
    private readonly bool _beforeOthers;
    private readonly int _descriptor;
    private readonly TakeOverflow _take;
    private readonly Action<Overflow> _whenOverflowed;
    private readonly Action _handle;
    private IDisposable? _watch;
    private int _cpu;
    private int _emptyWakes;
    private bool _isDisposed;

    /// <param name="session">The session, under whose lock everything is done.</param>
    /// <param name="descriptor">The event's.</param>
    /// <param name="take">Takes an overflow, if there is one.</param>
    /// <param name="whenOverflowed">What is done then.</param>
    /// <param name="cpu">Where the first overflow is expected.</param>
    /// <param name="beforeOthers">Whether the threads go before ordinary ones.</param>
    public WatchedSignal(
        SessionEngine session, int descriptor, TakeOverflow take, Action<Overflow> whenOverflowed, int cpu, bool beforeOthers)
    {
        _session = session;
        _descriptor = descriptor;
        _take = take;
        _whenOverflowed = whenOverflowed;
        _beforeOthers = beforeOthers;
        _handle = Handle;
        Watch(cpu);
    }

    /// <summary>Takes the oldest overflow there is.</summary>
    public delegate bool TakeOverflow(out Overflow overflow);

    public void Dispose()
    {
        _isDisposed = true;
        _watch?.Dispose();
    }

    private void Watch(int cpu)
    {
        _cpu = cpu;
        var watched = CpuThread.Of(cpu, _beforeOthers).TryWatch(_descriptor, WhenReadable, out _watch);
        if (watched.Failed)
        {
            throw SessionErrors.NotWatched("epoll_ctl", watched.Error);
        }
    }

    private void WhenReadable() => _session.WithLock(_handle);

    // The session may have been detached, and attached anew, since the event was found readable.
    private void Handle()
    {
        if (_isDisposed)
        {
            return;
        }

        if (!_take(out var overflow))
        {
            // The kernel wakes up some time after it wrote the record, which may be taken by then. But the event of a target that has ended
            // is readable for ever: it is watched no more, before that keeps the target from its last steps.
            if (++_emptyWakes % MostEmptyWakes == 0 && !_session.MayOverflow)
            {
                _watch!.Dispose();
            }

            return;
        }

        _emptyWakes = 0;
        try
        {
            // The kernel tells once of several. One that is left behind would be taken in place of the next, long after its time.
            int cpu;
            do
            {
                cpu = overflow.Cpu;
                _whenOverflowed(overflow);
            }
            while (!_isDisposed && _take(out overflow));

            if (!_isDisposed && cpu != _cpu)
            {
                _watch!.Dispose();
                Watch(cpu);
            }
        }
        catch (PerfmonException why)
        {
            _session.FailSwitching(why);
        }
    }
}
