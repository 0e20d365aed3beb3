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
    private bool _isRaised;

    private ReadySignal(IPerfKernel kernel, SafeKernelHandle epoll, SafeKernelHandle timer)
    {
        _kernel = kernel;
        _epoll = epoll;
        _timer = timer;
    }

    /// <summary>Watches the rings and the end of a target.</summary>
    /// <exception cref="Diagnostics.PerfmonException">No descriptor is left.</exception>
    public static ReadySignal Open(IPerfKernel kernel, IEnumerable<SampleRing> rings, ExitWatch? exit)
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

            if (exit?.Handle is { } pidfd)
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
        var isHeld = false;
        try
        {
            _epoll.DangerousAddRef(ref isHeld);
            Arm(longest);
            Span<int> tokens = stackalloc int[2];
            var ready = _kernel.EpollWait(_epoll.Descriptor, tokens, -1);
            return ready.Value > 1 || (ready.Value == 1 && tokens[0] != _timer.Descriptor);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (isHeld)
            {
                _epoll.DangerousRelease();
            }
        }
    }

    /// <summary>Waits, on no thread.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        try
        {
            Arm(longest);
            await DescriptorWatcher.Shared.WaitForInputAsync(_epoll, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The session was disposed: there is nothing to wait for.
        }
    }

    /// <summary>Ends the wait that goes on, or the next.</summary>
    public void Wake() => Set(AtOnce, raise: false);

    /// <summary>Ends all waits from now on at once.</summary>
    public void Raise() => Set(AtOnce, raise: true);

    public void Dispose()
    {
        Raise();
        lock (_gate)
        {
            _epoll.Dispose();
            _timer.Dispose();
        }
    }

    private void Arm(TimeSpan longest) => Set((ulong)Math.Max(1, longest.TotalNanoseconds), raise: false);

    private void Set(ulong nanoseconds, bool raise)
    {
        lock (_gate)
        {
            if (!_timer.IsClosed && (!_isRaised || raise))
            {
                _isRaised |= raise;
                _ = _kernel.TimerSet(_timer.Descriptor, nanoseconds);
            }
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
