using System.Runtime.CompilerServices;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>One thread that waits for any number of descriptors, by epoll, and calls what belongs to each that is readable.</summary>
internal sealed class DescriptorLoop
{
    private const int MostAtOnce = 64;

    private readonly IPerfKernel _kernel;
    private readonly int _epoll;
    private HandlerTable _handlers = new();

    // What could not be served when it was readable; null where all was.
    private List<int>? _unserved;

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

    /// <summary>Calls <paramref name="handler"/> from the loop's thread each time the descriptor becomes readable.</summary>
    public KernelResult TryWatch(int descriptor, IDescriptorHandler handler, out IDisposable? watch)
    {
        var token = _handlers.Add(handler);
        var result = _kernel.EpollAdd(_epoll, descriptor, token, onlyWhenItComes: true);
        if (result.Failed)
        {
            _ = _handlers.Remove(token);
        }

        watch = result.Failed ? null : new Watch(this, descriptor, token);
        return result;
    }

    private void Run()
    {
        Span<int> tokens = stackalloc int[MostAtOnce * IPerfKernel.EpollWaitRoom];
        while (true)
        {
            Turn(tokens);
        }
    }

    // A method of its own: one that never ends is never compiled with what was learned of it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Turn(Span<int> tokens)
    {
        var ready = _kernel.EpollWait(_epoll, tokens, _unserved is null ? -1 : 0);
        if (_unserved is not null)
        {
            ServeAgain();
        }

        // Who refuses is asked again in the next turn, after whatever is ready by then was found.
        for (var i = 0; i < ready.Value; i++)
        {
            if (!IsServed(tokens[i]))
            {
                Remember(tokens[i]);
            }
        }
    }

    private bool IsServed(int token) => _handlers.Find(token)?.TryServe() != false;

    private void Remember(int token)
    {
        _unserved ??= [];
        if (!_unserved.Contains(token))
        {
            _unserved.Add(token);
        }
    }

    private void ServeAgain()
    {
        _ = _unserved!.RemoveAll(IsServed);
        _unserved = _unserved.Count > 0 ? _unserved : null;
    }

    // A descriptor that is watched. Disposing it ends that; a call that has begun goes on.
    private sealed class Watch(DescriptorLoop loop, int descriptor, int token) : IDisposable
    {
        public void Dispose()
        {
            if (loop._handlers.Remove(token))
            {
                _ = loop._kernel.EpollRemove(loop._epoll, descriptor);
            }
        }
    }
}
