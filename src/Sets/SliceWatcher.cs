using System.Collections.Concurrent;
using Perfmon.Native;

namespace Perfmon.Sets;

/// <summary>
/// Waits for the slice timers of all sessions: one thread for each CPU, which runs on that CPU only, and serves the sessions whose targets
/// ran there last. A switch from another CPU interrupts the target's; from its own it costs a sixth of that.
/// </summary>
internal sealed class SliceWatcher
{
    private static readonly ConcurrentDictionary<int, Lazy<SliceWatcher>> s_watchers = new();

    private readonly IPerfKernel _kernel;
    private readonly int _cpu;
    private readonly int _epoll;
    private readonly ConcurrentDictionary<int, Registration> _registrations = new();
    private int _lastToken;

    private SliceWatcher(IPerfKernel kernel, int cpu)
    {
        _kernel = kernel;
        _cpu = cpu;
        var epoll = kernel.EpollCreate();
        if (epoll.Failed)
        {
            throw SetErrors.NoTimer("epoll_create1", epoll.Error);
        }

        _epoll = (int)epoll.Value;
        new Thread(Run) { IsBackground = true, Name = $"Perfmon sets, CPU {cpu}" }.Start();
    }

    /// <summary>The watcher of a CPU, started when first asked for.</summary>
    public static SliceWatcher Of(int cpu) =>
        s_watchers.GetOrAdd(cpu, cpu => new Lazy<SliceWatcher>(() => new SliceWatcher(LinuxKernel.Instance, cpu))).Value;

    /// <summary>Calls <paramref name="whenReadable"/> from this watcher's thread whenever the descriptor is readable.</summary>
    public Registration Watch(int descriptor, Action whenReadable)
    {
        var registration = new Registration(this, Interlocked.Increment(ref _lastToken), descriptor, whenReadable);
        _registrations[registration.Token] = registration;
        var added = _kernel.EpollAdd(_epoll, descriptor, registration.Token);
        if (added.Failed)
        {
            _ = _registrations.TryRemove(registration.Token, out _);
            throw SetErrors.NoTimer("epoll_ctl", added.Error);
        }

        return registration;
    }

    private void Run()
    {
        // Where this process may not run on the CPU, the thread runs where it may. Before all others, if it is allowed to: between the end of
        // one set and the start of the next nothing is counted, and on a busy machine the target would run just then.
        _ = _kernel.RunOnlyOn(_cpu);
        _ = _kernel.RunBeforeOthers();
        Span<int> tokens = stackalloc int[64];
        while (true)
        {
            var ready = _kernel.EpollWait(_epoll, tokens, -1);
            for (var i = 0; i < ready.Value; i++)
            {
                if (_registrations.TryGetValue(tokens[i], out var registration))
                {
                    registration.WhenReadable();
                }
            }
        }
    }

    /// <summary>A descriptor that is watched. Disposing it ends that; a call that has begun goes on.</summary>
    internal sealed class Registration(SliceWatcher watcher, int token, int descriptor, Action whenReadable) : IDisposable
    {
        public int Token => token;

        public int Cpu => watcher._cpu;

        public Action WhenReadable => whenReadable;

        public void Dispose()
        {
            if (watcher._registrations.TryRemove(token, out _))
            {
                _ = watcher._kernel.EpollRemove(watcher._epoll, descriptor);
            }
        }
    }
}
