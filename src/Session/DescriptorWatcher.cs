using System.Collections.Concurrent;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>
/// Waits for descriptors to become readable: one thread and one epoll instance for all sessions of the process, started when first
/// needed.
/// </summary>
internal sealed class DescriptorWatcher
{
    private static readonly Lazy<DescriptorWatcher> s_shared = new(() => new DescriptorWatcher(LinuxKernel.Instance));

    private readonly IPerfKernel _kernel;
    private readonly int _epoll;
    private readonly ConcurrentDictionary<int, Waiter> _waiters = new();
    private int _lastToken;

    private DescriptorWatcher(IPerfKernel kernel)
    {
        _kernel = kernel;
        var epoll = kernel.EpollCreate();
        if (epoll.Failed)
        {
            throw new IOException($"epoll_create1: {epoll.Error}. No descriptor can be waited for.");
        }

        _epoll = (int)epoll.Value;
        new Thread(Run) { IsBackground = true, Name = "Perfmon descriptors" }.Start();
    }

    public static DescriptorWatcher Shared => s_shared.Value;

    /// <summary>Completes once <paramref name="handle"/> is readable. Several may wait for the same descriptor.</summary>
    public async Task WaitForInputAsync(SafeKernelHandle handle, CancellationToken cancellationToken)
    {
        // epoll holds a descriptor once, and waiters come and go: each waits through an epoll instance of its own.
        var nested = _kernel.EpollCreate();
        if (nested.Failed)
        {
            throw new IOException($"epoll_create1: {nested.Error}. The descriptor cannot be waited for.");
        }

        using var own = new SafeKernelHandle(_kernel, (int)nested.Value);
        var token = Interlocked.Increment(ref _lastToken);
        var waiter = new Waiter();
        _waiters[token] = waiter;
        try
        {
            var added = false;
            handle.DangerousAddRef(ref added);
            try
            {
                var watched = _kernel.EpollAdd(own.Descriptor, handle.Descriptor, 0);
                var joined = watched.Failed ? watched : _kernel.EpollAdd(_epoll, own.Descriptor, token);
                if (joined.Failed)
                {
                    throw new IOException($"epoll_ctl: {joined.Error}. The descriptor cannot be waited for.");
                }

                await using (cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken)).ConfigureAwait(false))
                {
                    await waiter.Task.ConfigureAwait(false);
                }
            }
            finally
            {
                handle.DangerousRelease();
            }
        }
        finally
        {
            _ = _waiters.TryRemove(token, out _);
            _ = _kernel.EpollRemove(_epoll, own.Descriptor);
        }
    }

    private void Run()
    {
        Span<int> tokens = stackalloc int[64];
        while (true)
        {
            var ready = _kernel.EpollWait(_epoll, tokens, -1);
            for (var i = 0; i < ready.Value; i++)
            {
                // A waiter that was served stays readable until it has left; it is found no more, or set already.
                if (_waiters.TryGetValue(tokens[i], out var waiter))
                {
                    _ = waiter.TrySetResult();
                }
            }

            if (ready.Value > 0)
            {
                // Until those waiters have left, epoll answers at once: let them run.
                Thread.Yield();
            }
        }
    }

    private sealed class Waiter() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}
