using System.Runtime.CompilerServices;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>One thread that waits for any number of descriptors, by epoll, and calls what belongs to each that is readable.</summary>
internal sealed class DescriptorLoop
{
    private readonly IPerfKernel _kernel;
    private readonly int _epoll;
    private readonly WatchTable _watches = new();

    // What could not be served when it was readable.
    private readonly List<int> _unserved = [];

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
        var added = new Watch(this, descriptor, handler);
        _watches.Add(added);
        var result = _kernel.EpollAdd(_epoll, descriptor, added.Token, onlyWhenItComes: true);
        if (result.Failed)
        {
            _ = _watches.Remove(added.Token);
        }

        watch = result.Failed ? null : added;
        return result;
    }

    private void Run()
    {
        Span<int> tokens = stackalloc int[64];
        while (true)
        {
            Turn(tokens);
        }
    }

    // A method of its own: one that never ends is never compiled with what was learned of it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Turn(Span<int> tokens)
    {
        var ready = _kernel.EpollWait(_epoll, tokens, _unserved.Count > 0 ? 0 : -1);
        for (var i = 0; i < ready.Value; i++)
        {
            if (!IsServed(tokens[i]) && !_unserved.Contains(tokens[i]))
            {
                _unserved.Add(tokens[i]);
            }
        }

        if (_unserved.Count > 0)
        {
            _ = _unserved.RemoveAll(IsServed);
        }
    }

    private bool IsServed(int token) => _watches.Find(token)?.Handler.TryServe() != false;

    // A descriptor that is watched. Disposing it ends that; a call that has begun goes on.
    private sealed class Watch(DescriptorLoop loop, int descriptor, IDescriptorHandler handler) : IDisposable
    {
        public int Token { get; set; }

        public IDescriptorHandler Handler => handler;

        public void Dispose()
        {
            if (loop._watches.Remove(Token))
            {
                _ = loop._kernel.EpollRemove(loop._epoll, descriptor);
            }
        }
    }

    /// <summary>
    /// The watches by their tokens, which are never used again: what was ready before a watch ended is no other's. Found without a lock by an index, as a switch of sets
    /// finds its caches cold, and each line of memory less is time.
    /// </summary>
    private sealed class WatchTable
    {
        private readonly Lock _gate = new();

        // A watch is where the low bits of its token say; as many as a power of two.
        private Watch?[] _places = new Watch?[16];
        private int _count;
        private int _lastToken;

        public void Add(Watch watch)
        {
            lock (_gate)
            {
                if (++_count > _places.Length / 2)
                {
                    Grow();
                }

                do
                {
                    _lastToken = (_lastToken + 1) & int.MaxValue;
                }
                while (_places[PlaceOf(_lastToken, _places)] is not null);

                watch.Token = _lastToken;
                Volatile.Write(ref _places[PlaceOf(_lastToken, _places)], watch);
            }
        }

        public Watch? Find(int token)
        {
            var places = Volatile.Read(ref _places);
            return Volatile.Read(ref places[PlaceOf(token, places)]) is { } watch && watch.Token == token ? watch : null;
        }

        public bool Remove(int token)
        {
            lock (_gate)
            {
                ref var place = ref _places[PlaceOf(token, _places)];
                if (place?.Token != token)
                {
                    return false;
                }

                Volatile.Write(ref place, null);
                _count--;
                return true;
            }
        }

        // Tokens that differ in their low bits differ in more of them.
        private void Grow()
        {
            var larger = new Watch?[_places.Length * 2];
            foreach (var watch in _places)
            {
                if (watch is not null)
                {
                    larger[PlaceOf(watch.Token, larger)] = watch;
                }
            }

            Volatile.Write(ref _places, larger);
        }

        private static int PlaceOf(int token, Watch?[] places) => token & (places.Length - 1);
    }
}
