using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>
/// One descriptor that is readable when the rings of a session may have something: the kernel has woken their readers, the target has ended, the
/// longest wait is over, or somebody says so. An epoll instance over the rings, the pidfd and a timer.
/// </summary>
internal sealed class ReadySignal : IDisposable
{
    // The shortest time a timer takes; 0 stops it.
    private const ulong AtOnce = 1;

    private readonly Lock _gate = new();
    private readonly IPerfKernel _kernel;
    private readonly SafeKernelHandle _epoll;
    private readonly SafeKernelHandle _timer;
    private bool _isWoken;
    private bool _isDisposed;

    private ReadySignal(IPerfKernel kernel, SafeKernelHandle epoll, SafeKernelHandle timer)
    {
        _kernel = kernel;
        _epoll = epoll;
        _timer = timer;
    }

    /// <summary>Watches the rings and the end of a target.</summary>
    /// <exception cref="Diagnostics.PerfmonException">No descriptor is left.</exception>
    public static ReadySignal Open(IPerfKernel kernel, IEnumerable<SampleRing> rings, TargetEnd end)
    {
        SafeKernelHandle? epoll = null;
        SafeKernelHandle? timer = null;
        try
        {
            epoll = Handle(kernel, "epoll_create1", kernel.EpollCreate());
            timer = Handle(kernel, "timerfd_create", kernel.TimerCreate());
            Add(kernel, epoll, timer.Descriptor);
            foreach (var ring in rings)
            {
                Add(kernel, epoll, ring.Descriptor);
            }

            if (end.Handle is { } pidfd)
            {
                Add(kernel, epoll, pidfd.Descriptor);
            }

            return new ReadySignal(kernel, epoll, timer);
        }
        catch
        {
            epoll?.Dispose();
            timer?.Dispose();
            throw;
        }
    }

    /// <summary>Waits, on this thread.</summary>
    /// <param name="longest">The longest wait.</param>
    /// <returns>Whether the kernel woke this thread, not the time.</returns>
    public bool Wait(TimeSpan longest)
    {
        if (!TryBegin(longest))
        {
            return false;
        }

        try
        {
            Span<int> tokens = stackalloc int[2 * IPerfKernel.EpollWaitRoom];
            var ready = _kernel.EpollWait(_epoll.Descriptor, tokens, -1);
            return ready.Value > 1 || (ready.Value == 1 && tokens[0] != _timer.Descriptor);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Waits, on no thread.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        if (!TryBegin(longest))
        {
            return;
        }

        try
        {
            await DescriptorWatcher.Shared.WaitForInputAsync(_epoll, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The session was disposed just before: there is nothing to wait for.
        }
        finally
        {
            End();
        }
    }

    /// <summary>Ends the wait that goes on, or the next.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            SetTimer(AtOnce);
        }
    }

    /// <summary>Ends all waits, from now on at once.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            SetTimer(AtOnce);
            _epoll.Dispose();
            _timer.Dispose();
        }
    }

    // Who waits holds both descriptors: one that was closed meanwhile would never become readable.
    private bool TryBegin(TimeSpan longest)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return false;
            }

            var isHeld = false;
            _epoll.DangerousAddRef(ref isHeld);
            _timer.DangerousAddRef(ref isHeld);

            // Somebody may have said so just before.
            SetTimer(_isWoken ? AtOnce : (ulong)Math.Max(AtOnce, longest.TotalNanoseconds));
            _isWoken = false;
            return true;
        }
    }

    private void End()
    {
        _timer.DangerousRelease();
        _epoll.DangerousRelease();
    }

    private void SetTimer(ulong nanoseconds)
    {
        if (!_timer.IsClosed)
        {
            _ = _kernel.TimerSet(_timer.Descriptor, nanoseconds);
        }
    }

    private static SafeKernelHandle Handle(IPerfKernel kernel, string call, KernelResult result) =>
        result.Failed ? throw SamplingErrors.NoDescriptor(call, result.Error) : new SafeKernelHandle(kernel, (int)result.Value);

    // The token is the descriptor.
    private static void Add(IPerfKernel kernel, SafeKernelHandle epoll, int descriptor)
    {
        var result = kernel.EpollAdd(epoll.Descriptor, descriptor, descriptor);
        if (result.Failed)
        {
            throw SamplingErrors.NoDescriptor("epoll_ctl", result.Error);
        }
    }
}
