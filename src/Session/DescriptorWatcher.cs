using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>Waits for descriptors to become readable, without a thread for each: one <see cref="DescriptorLoop"/> for all sessions, started when first needed.</summary>
internal sealed class DescriptorWatcher
{
    private static readonly Lazy<DescriptorWatcher> s_shared = new(() => new DescriptorWatcher(LinuxKernel.Instance));

    private readonly IPerfKernel _kernel;
    private readonly DescriptorLoop _loop;

    private DescriptorWatcher(IPerfKernel kernel)
    {
        _kernel = kernel;
        Check("epoll_create1", DescriptorLoop.TryStart(kernel, "Perfmon descriptors", prepare: null, out var loop));
        _loop = loop!;
    }

    public static DescriptorWatcher Shared => s_shared.Value;

    /// <summary>Completes once <paramref name="handle"/> is readable. Several may wait for the same descriptor.</summary>
    public async Task WaitForInputAsync(SafeKernelHandle handle, CancellationToken cancellationToken)
    {
        // epoll holds a descriptor once, and waiters come and go: each waits through an epoll instance of its own.
        var nested = _kernel.EpollCreate();
        Check("epoll_create1", nested);
        using var own = new SafeKernelHandle(_kernel, (int)nested.Value);
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            Check("epoll_ctl", _kernel.EpollAdd(own.Descriptor, handle.Descriptor, 0));
            Check("epoll_ctl", _loop.TryWatch(own.Descriptor, new Waiter(waiter), out var watch));
            using (watch)
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

    private static void Check(string call, KernelResult result)
    {
        if (result.Failed)
        {
            throw new IOException($"{call}: {result.Error}. The descriptor cannot be waited for.");
        }
    }

    private sealed class Waiter(TaskCompletionSource completion) : IDescriptorHandler
    {
        public bool TryServe()
        {
            _ = completion.TrySetResult();
            return true;
        }
    }
}
