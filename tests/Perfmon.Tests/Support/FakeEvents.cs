using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Tests.Support;

/// <summary>
/// Events without a kernel: each can be opened, and counts what <see cref="Happen"/> says while its group is enabled. A target ends
/// when <see cref="End"/> says so.
/// </summary>
internal sealed class FakeEvents : IPerfKernel
{
    private readonly Dictionary<int, Event> _events = [];
    private int _last = 1000;
    private bool _ended;
    private int _cpu;

    /// <summary>An open event.</summary>
    /// <param name="Attr">What was asked.</param>
    /// <param name="Pid">Whom it counts.</param>
    /// <param name="Cpu">Where.</param>
    /// <param name="Leader">Its group's leader, which may be itself.</param>
    internal sealed record Event(PerfEventAttr Attr, int Pid, int Cpu, int Leader)
    {
        public ulong Value { get; set; }

        public ulong TimeEnabled { get; set; }

        public ulong TimeRunning { get; set; }

        public bool IsEnabled { get; set; }

        /// <summary>Whether it is pinned and found no counter: the kernel's error state.</summary>
        public bool IsWithoutCounter { get; init; }
    }

    /// <summary>How many counters pinned events may have on a CPU; any number where none is given.</summary>
    public Dictionary<int, int> Counters { get; } = [];

    /// <summary>How many events a group may have.</summary>
    public int LargestGroup { get; set; } = int.MaxValue;

    /// <summary>Whether the thread is on another CPU than the one that its events are for: then they have no time running.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>The open events, in the order they were opened.</summary>
    public IEnumerable<Event> Open => _events.OrderBy(pair => pair.Key).Select(pair => pair.Value);

    public int CurrentThread => 77;

    public ulong MonotonicTime => (ulong)System.Diagnostics.Stopwatch.GetTimestamp();

    /// <summary>Every enabled event counts <paramref name="events"/> in <paramref name="running"/> of <paramref name="enabled"/> nanoseconds.</summary>
    public void Happen(ulong events, ulong enabled = 1000, ulong running = 1000)
    {
        foreach (var one in _events.Values.Where(one => _events.TryGetValue(one.Leader, out var leader) && leader.IsEnabled))
        {
            one.Value += events;
            one.TimeEnabled += enabled;
            one.TimeRunning += running;
        }
    }

    /// <summary>Every target has ended.</summary>
    public void End() => _ended = true;

    public KernelResult PerfEventOpen(ref PerfEventAttr attr, int pid, int cpu, int groupDescriptor, PerfEventOpenFlags flags)
    {
        if (groupDescriptor >= 0 && _events.Values.Count(one => one.Leader == groupDescriptor) == LargestGroup)
        {
            return KernelResult.Failure(Errno.EINVAL);
        }

        var descriptor = ++_last;
        var isPinned = attr.Flags.HasFlag(PerfEventAttrFlags.Pinned);
        var taken = _events.Values.Count(one => one.Attr.Flags.HasFlag(PerfEventAttrFlags.Pinned) && !one.IsWithoutCounter);
        _events[descriptor] = new Event(attr, pid, cpu, groupDescriptor < 0 ? descriptor : groupDescriptor)
        {
            IsWithoutCounter = isPinned && taken >= Counters.GetValueOrDefault(_cpu, int.MaxValue),
            TimeRunning = isPinned && !IsElsewhere ? 1UL : 0,
        };
        return KernelResult.Of(descriptor);
    }

    public KernelResult Read(int descriptor, Span<byte> destination)
    {
        if (!_events.TryGetValue(descriptor, out var read))
        {
            return KernelResult.Failure(Errno.EBADF);
        }

        if (read.IsWithoutCounter)
        {
            return KernelResult.Of(0);
        }

        if (!read.Attr.ReadFormat.HasFlag(PerfReadFormat.Group))
        {
            ulong[] one = [read.Value, read.TimeEnabled, read.TimeRunning];
            one.CopyTo(MemoryMarshal.Cast<byte, ulong>(destination));
            return KernelResult.Of(one.Length * sizeof(ulong));
        }

        var members = _events.Where(pair => pair.Value.Leader == descriptor).OrderBy(pair => pair.Key).Select(pair => pair.Value.Value);
        ulong[] words = [(ulong)members.Count(), read.TimeEnabled, read.TimeRunning, .. members];
        if (destination.Length < words.Length * sizeof(ulong))
        {
            return KernelResult.Failure(Errno.ENOSPC);
        }

        words.CopyTo(MemoryMarshal.Cast<byte, ulong>(destination));
        return KernelResult.Of(words.Length * sizeof(ulong));
    }

    public KernelResult Ioctl(int descriptor, PerfEventIoctl request, int argument)
    {
        _events[descriptor].IsEnabled = request == PerfEventIoctl.Enable;
        return KernelResult.Success;
    }

    public KernelResult Ioctl(int descriptor, PerfEventIoctl request, ref ulong argument) => KernelResult.Success;

    public KernelResult ModifyAttributes(int descriptor, ref PerfEventAttr attr)
    {
        _events[descriptor] = _events[descriptor] with { Attr = attr };
        return KernelResult.Success;
    }

    // A page of zeros: nothing may be read from user space.
    public KernelResult MapEvent(int descriptor, int length, bool writable)
    {
        var page = Marshal.AllocHGlobal(length);
        Marshal.Copy(new byte[length], 0, page, length);
        return KernelResult.Of(page);
    }

    public KernelResult Unmap(nint address, int length)
    {
        Marshal.FreeHGlobal(address);
        return KernelResult.Success;
    }

    public KernelResult Close(int descriptor)
    {
        _ = _events.Remove(descriptor);
        return KernelResult.Success;
    }

    public KernelResult OpenFolder(string path) => Next();

    public KernelResult PidfdOpen(int pid, bool thread) => Next();

    public KernelResult PidfdSendSignal(int pidfd, int signal) => KernelResult.Success;

    public KernelResult WaitForExit(int pidfd, out ChildExit exit)
    {
        exit = default;
        return KernelResult.Success;
    }

    public KernelResult PollInput(int descriptor, int timeoutMilliseconds) => KernelResult.Of(_ended ? 1 : 0);

    public KernelResult EpollCreate() => Next();

    public KernelResult EpollAdd(int epoll, int descriptor, int token, bool onlyWhenItComes) => KernelResult.Success;

    public KernelResult EpollRemove(int epoll, int descriptor) => KernelResult.Success;

    public KernelResult EpollWait(int epoll, Span<int> tokens, int timeoutMilliseconds) => KernelResult.Success;

    public KernelResult EventCreate() => Next();

    public KernelResult EventSignal(int descriptor) => KernelResult.Success;

    public KernelResult TimerCreate() => Next();

    public KernelResult TimerSet(int descriptor, ulong nanoseconds) => KernelResult.Success;

    public KernelResult RunOnlyOn(int cpu)
    {
        _cpu = cpu;
        return KernelResult.Success;
    }

    public KernelResult RunBeforeOthers() => KernelResult.Success;

    public KernelResult WaitForCpus() => KernelResult.Success;

    public KernelResult RaiseOpenFiles() => KernelResult.Success;

    public KernelResult SpawnWaiting(string program, IReadOnlyList<string> arguments, bool outputToError, out SpawnedCommand command)
    {
        _ended = false;
        command = new SpawnedCommand(4242, (int)Next().Value);
        return KernelResult.Success;
    }

    // The command does nothing and ends.
    public KernelResult Release(int releaseDescriptor)
    {
        End();
        return KernelResult.Success;
    }

    public SafeNativeText AllocateText(string text) => new(text);

    private KernelResult Next() => KernelResult.Of(++_last);
}
