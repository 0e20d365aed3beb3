namespace Perfmon.Session;

/// <summary>An event's overflows, watched by the thread of the CPU on which the last one was, and what is done about them.</summary>
/// <param name="session">The session, under whose lock everything is done.</param>
/// <param name="beforeOthers">Whether the threads go before ordinary ones.</param>
internal abstract class OverflowWatch(SessionEngine session, bool beforeOthers) : SessionHandler(session), IDisposable
{
    // Then others have a turn at the session.
    private const int MostAtOnce = 1000;

    private IDisposable? _watch;
    private int _cpu;
    private bool _isDisposed;

    /// <summary>The event's, which must outlive this.</summary>
    protected abstract int Descriptor { get; }

    /// <summary>Begins to watch.</summary>
    /// <param name="cpu">Where the next overflow is expected.</param>
    public void Watch(int cpu)
    {
        _cpu = cpu;
        var watched = CpuThread.Of(cpu, beforeOthers).TryWatch(Descriptor, this, out _watch);
        if (watched.Failed)
        {
            throw SessionErrors.NotWatched("epoll_ctl", watched.Error);
        }
    }

    public virtual void Dispose()
    {
        _isDisposed = true;
        _watch?.Dispose();
    }

    /// <summary>Takes the oldest overflow there is, and acts on it.</summary>
    /// <param name="cpu">The CPU on which it was.</param>
    /// <returns>False where there is none: the kernel wakes up some time after it wrote the record, which may be taken by then.</returns>
    protected abstract bool TryAct(out int cpu);

    protected sealed override bool TryServeHeld()
    {
        // The kernel tells once of several. One that is left behind would be taken in place of the next, long after its time.
        var taken = 0;
        var cpu = _cpu;
        while (taken < MostAtOnce && !_isDisposed && TryAct(out var at))
        {
            cpu = at;
            taken++;
        }

        if (cpu != _cpu && !_isDisposed)
        {
            _watch!.Dispose();
            Watch(cpu);
        }

        return taken < MostAtOnce;
    }
}
