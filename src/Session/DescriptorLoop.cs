using System.Collections.Concurrent;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>One thread that waits for any number of descriptors, by epoll, and calls what belongs to each that is readable.</summary>
internal sealed class DescriptorLoop
{
    private readonly IPerfKernel _kernel;
    private readonly int _epoll;
    private readonly ConcurrentDictionary<int, Watch> _watches = new();
    private int _lastToken;

    private DescriptorLoop(IPerfKernel kernel, int epoll)
    {
        _kernel = kernel;
        _epoll = epoll;
    }

    /// <summary>Starts a thread, which lives as long as the process.</summary>
    /// <param name="kernel">Whose descriptors they are.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="prepare">What the thread does first.</param>
    /// <param name="loop">The loop.</param>
    public static KernelResult TryStart(IPerfKernel kernel, string name, Action? prepare, out DescriptorLoop? loop)
    {
        var epoll = kernel.EpollCreate();
        if (epoll.Failed)
        {
            loop = null;
            return epoll;
        }

        var started = loop = new DescriptorLoop(kernel, (int)epoll.Value);
        new Thread(() =>
        {
            prepare?.Invoke();
            started.Run();
        })
        { IsBackground = true, Name = name }.Start();
        return KernelResult.Success;
    }

    /// <summary>Calls <paramref name="whenReadable"/> from the loop's thread as long as the descriptor is readable.</summary>
    public KernelResult TryWatch(int descriptor, Action whenReadable, out IDisposable? watch)
    {
        var added = new Watch(this, Interlocked.Increment(ref _lastToken), descriptor, whenReadable);
        _watches[added.Token] = added;
        var result = _kernel.EpollAdd(_epoll, descriptor, added.Token);
        if (result.Failed)
        {
            _ = _watches.TryRemove(added.Token, out _);
        }

        watch = result.Failed ? null : added;
        return result;
    }

    private void Run()
    {
        Span<int> tokens = stackalloc int[64];
        while (true)
        {
            var ready = _kernel.EpollWait(_epoll, tokens, -1);
            for (var i = 0; i < ready.Value; i++)
            {
                if (_watches.TryGetValue(tokens[i], out var watch))
                {
                    watch.WhenReadable();
                }
            }
        }
    }

    // A descriptor that is watched. Disposing it ends that; a call that has begun goes on.
    private sealed class Watch(DescriptorLoop loop, int token, int descriptor, Action whenReadable) : IDisposable
    {
        public int Token => token;

        public Action WhenReadable => whenReadable;

        public void Dispose()
        {
            if (loop._watches.TryRemove(token, out _))
            {
                _ = loop._kernel.EpollRemove(loop._epoll, descriptor);
            }
        }
    }
}
