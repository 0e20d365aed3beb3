using Perfmon.Native.Abi;

namespace Perfmon.Native;

/// <summary>
/// Every kernel call that this library makes. <see cref="LinuxKernel"/> is the real one; tests script faults with another.
/// A call never throws for what the kernel answers. Calls that a signal interrupts are made again, but for the waits.
/// </summary>
internal interface IPerfKernel
{
    /// <summary><c>perf_event_open(2)</c>. On E2BIG the kernel has written the size it knows to <paramref name="attr"/>.</summary>
    KernelResult PerfEventOpen(ref PerfEventAttr attr, int pid, int cpu, int groupDescriptor, PerfEventOpenFlags flags);

    /// <summary><c>read(2)</c>: the bytes read.</summary>
    KernelResult Read(int descriptor, Span<byte> destination);

    /// <summary><c>ioctl(2)</c> on an event, with a number as its argument.</summary>
    KernelResult Ioctl(int descriptor, PerfEventIoctl request, int argument);

    /// <summary><c>ioctl(2)</c> on an event, with a pointer to a number as its argument.</summary>
    KernelResult Ioctl(int descriptor, PerfEventIoctl request, ref ulong argument);

    /// <summary><c>ioctl(2)</c> with PERF_EVENT_IOC_MODIFY_ATTRIBUTES: aims an open breakpoint elsewhere. Its count goes on.</summary>
    KernelResult ModifyAttributes(int descriptor, ref PerfEventAttr attr);

    /// <summary><c>mmap(2)</c> of an event, shared: the address. Its first page is <see cref="PerfEventMmapPage"/>.</summary>
    KernelResult MapEvent(int descriptor, int length, bool writable);

    /// <summary><c>munmap(2)</c>.</summary>
    KernelResult Unmap(nint address, int length);

    /// <summary><c>close(2)</c>.</summary>
    KernelResult Close(int descriptor);

    /// <summary><c>open(2)</c> of a folder: a cgroup is named by the descriptor of its folder.</summary>
    KernelResult OpenFolder(string path);

    /// <summary><c>pidfd_open(2)</c>; <paramref name="thread"/> asks for one thread that need not lead its process (Linux 6.9).</summary>
    KernelResult PidfdOpen(int pid, bool thread);

    /// <summary><c>pidfd_send_signal(2)</c>.</summary>
    KernelResult PidfdSendSignal(int pidfd, int signal);

    /// <summary><c>waitid(2)</c> for a child of this process to end. ECHILD and EINTR are answers like others.</summary>
    KernelResult WaitForExit(int pidfd, out ChildExit exit);

    /// <summary><c>poll(2)</c> for input on one descriptor: 1 when it is ready, 0 when the time ran out. -1 ms waits for ever.</summary>
    KernelResult PollInput(int descriptor, int timeoutMilliseconds);

    /// <summary><c>epoll_create1(2)</c>.</summary>
    KernelResult EpollCreate();

    /// <summary>
    /// <c>epoll_ctl(2)</c>: watch <paramref name="descriptor"/> for input; its events carry <paramref name="token"/>. They are told as long as there is input, or, with
    /// <paramref name="onlyWhenItComes"/>, once each time it comes (<c>EPOLLET</c>).
    /// </summary>
    KernelResult EpollAdd(int epoll, int descriptor, int token, bool onlyWhenItComes = false);

    /// <summary><c>epoll_ctl(2)</c>: watch it no more.</summary>
    KernelResult EpollRemove(int epoll, int descriptor);

    /// <summary>What <see cref="EpollWait"/> needs room for with each token: the kernel's record of it.</summary>
    const int EpollWaitRoom = 4;

    /// <summary><c>epoll_pwait(2)</c>: the tokens of the descriptors that are ready. There are as many at most as there is room for, <see cref="EpollWaitRoom"/> places for each.</summary>
    KernelResult EpollWait(int epoll, Span<int> tokens, int timeoutMilliseconds);

    /// <summary><c>eventfd(2)</c>, non-blocking.</summary>
    KernelResult EventCreate();

    /// <summary><c>write(2)</c> of 1 to an eventfd: it becomes readable.</summary>
    KernelResult EventSignal(int descriptor);

    /// <summary><c>timerfd_create(2)</c> on the monotonic clock, non-blocking.</summary>
    KernelResult TimerCreate();

    /// <summary><c>timerfd_settime(2)</c>: the timer is readable once, after that many nanoseconds; 0 stops it.</summary>
    KernelResult TimerSet(int descriptor, ulong nanoseconds);

    /// <summary><c>clock_gettime(2)</c> of CLOCK_MONOTONIC, the clock of <see cref="System.Diagnostics.Stopwatch"/>, in nanoseconds.</summary>
    ulong MonotonicTime { get; }

    /// <summary><c>gettid(2)</c>: the calling thread.</summary>
    int CurrentThread { get; }

    /// <summary><c>sched_setaffinity(2)</c>: the calling thread runs on this CPU only.</summary>
    KernelResult RunOnlyOn(int cpu);

    /// <summary><c>sched_setscheduler(2)</c>: the calling thread runs before all ordinary ones (SCHED_FIFO, the lowest of its priorities).</summary>
    KernelResult RunBeforeOthers();

    /// <summary><c>membarrier(2)</c>, global: what any CPU was doing in the kernel with preemption off, when this was called, is over.</summary>
    KernelResult WaitForCpus();

    /// <summary><c>prlimit(2)</c> of this process's RLIMIT_NOFILE: the soft limit becomes the hard one. Gives 1 where that raised it, else 0.</summary>
    KernelResult RaiseOpenFiles();

    /// <summary>
    /// Starts a command that waits, before its program is executed, until a byte is written to the descriptor given back;
    /// closing it unwritten ends the command with status 125. <paramref name="outputToError"/>: its standard output is its standard error.
    /// </summary>
    KernelResult SpawnWaiting(string program, IReadOnlyList<string> arguments, bool outputToError, out SpawnedCommand command);

    /// <summary><c>write(2)</c> of one byte, and close: lets a waiting command go on.</summary>
    KernelResult Release(int releaseDescriptor);

    /// <summary>A nul-terminated copy of <paramref name="text"/> at a fixed address, for the paths and names in a probe's attr.</summary>
    SafeNativeText AllocateText(string text);
}
