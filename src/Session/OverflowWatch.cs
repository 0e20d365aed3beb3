namespace Perfmon.Session;

/// <summary>An event's overflows, watched by the thread of the CPU on which the last one was.</summary>
internal sealed class WatchedSignal : SessionHandler, IDisposable
{
    // Then others have a turn at the session.
    private const int MostAtOnce = 1000;

    private readonly bool _beforeOthers;
    private readonly int _descriptor;
    private readonly IOverflowHandler _handler;
    private IDisposable? _watch;
    private int _cpu;
    private bool _isDisposed;

    /// <param name="session">The session, under whose lock everything is done.</param>
    /// <param name="descriptor">The event's.</param>
    /// <param name="handler">What takes its overflows and acts on them.</param>
    /// <param name="cpu">Where the first overflow is expected.</param>
    /// <param name="beforeOthers">Whether the threads go before ordinary ones.</param>
    public WatchedSignal(SessionEngine session, int descriptor, IOverflowHandler handler, int cpu, bool beforeOthers)
        : base(session)
    {
        _descriptor = descriptor;
        _handler = handler;
        _beforeOthers = beforeOthers;
        Watch(cpu);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _watch?.Dispose();
    }

    protected override bool TryServeHeld()
    {
        // The kernel wakes up some time after it wrote the record, which may be taken by then.
        if (_isDisposed || !_handler.TryTake(out var overflow))
        {
            return true;
        }

        // The kernel tells once of several. One that is left behind would be taken in place of the next, long after its time.
        var taken = 0;
        int cpu;
        do
        {
            cpu = overflow.Cpu;
            _handler.Handle(overflow);
        }
        while (++taken < MostAtOnce && !_isDisposed && _handler.TryTake(out overflow));

        if (!_isDisposed && cpu != _cpu)
        {
            _watch!.Dispose();
            Watch(cpu);
        }

        return _isDisposed || taken < MostAtOnce;
    }

    private void Watch(int cpu)
    {
        _cpu = cpu;
        var watched = CpuThread.Of(cpu, _beforeOthers).TryWatch(_descriptor, this, out _watch);
        if (watched.Failed)
        {
            throw SessionErrors.NotWatched("epoll_ctl", watched.Error);
        }
    }
}
