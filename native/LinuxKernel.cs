using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Perfmon.Native.Abi;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Perfmon.Native;

/// <summary>The kernel of the running machine.</summary>
internal sealed unsafe class LinuxKernel : IPerfKernel
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int ClockMonotonic = 1;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private LinuxKernel()
    {
    }

    public static LinuxKernel Instance { get; } = new();

    public ulong MonotonicTime
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            // SAFETY: struct timespec is two 64-bit numbers: seconds and nanoseconds. The clock is always there.
            var time = stackalloc ulong[2];
            _ = QuickClock(ClockMonotonic, time);
            return (time[0] * NanosecondsPerSecond) + time[1];
        }
    }

    public int CurrentThread => (int)(long)(ssize_t)syscall(SyscallNumbers.GetThreadId, 0, 0, 0);

    public KernelResult PerfEventOpen(ref PerfEventAttr attr, int pid, int cpu, int groupDescriptor, PerfEventOpenFlags flags)
    {
        // SAFETY: attr is pinned for the call, and attr.Size bytes of it are declared.
        fixed (PerfEventAttr* pointer = &attr)
        {
            KernelResult result;
            do
            {
                result = Result(syscall(SyscallNumbers.PerfEventOpen, pointer, pid, cpu, groupDescriptor, (size_t)(ulong)flags));
            }
            while (result.Error == Errno.EINTR);

            return result;
        }
    }

    public KernelResult Read(int descriptor, Span<byte> destination)
    {
        // SAFETY: the span is pinned for the call and its length bounds what the kernel writes.
        fixed (byte* pointer = destination)
        {
            // A read that failed took nothing.
            var quick = QuickCall(SyscallNumbers.Read, descriptor, (nint)pointer, destination.Length);
            if (quick >= 0)
            {
                return KernelResult.Of(quick);
            }

            while (true)
            {
                long count = read(descriptor, pointer, destination.Length);
                if (count >= 0)
                {
                    return KernelResult.Of(count);
                }

                if (errno != EINTR)
                {
                    return KernelResult.Failure((Errno)errno);
                }
            }
        }
    }

    public KernelResult Ioctl(int descriptor, PerfEventIoctl request, int argument)
    {
        // One that failed changed nothing.
        var quick = QuickCall(SyscallNumbers.IoControl, descriptor, (nint)(uint)request, argument);
        return quick >= 0 ? KernelResult.Of(quick) : Result(ioctl(descriptor, (int)request, argument));
    }

    public KernelResult Ioctl(int descriptor, PerfEventIoctl request, ref ulong argument)
    {
        // SAFETY: the argument is pinned for the call; every request with a pointer to a number reads or writes eight bytes.
        fixed (ulong* pointer = &argument)
        {
            var quick = QuickCall(SyscallNumbers.IoControl, descriptor, (nint)(uint)request, (nint)pointer);
            return quick >= 0 ? KernelResult.Of(quick) : Result(ioctl(descriptor, (int)request, pointer));
        }
    }

    public KernelResult ModifyAttributes(int descriptor, ref PerfEventAttr attr)
    {
        // SAFETY: attr is pinned for the call, and attr.Size bytes of it are declared.
        fixed (PerfEventAttr* pointer = &attr)
        {
            return Result(ioctl(descriptor, unchecked((int)PerfEventIoctl.ModifyAttributes), pointer));
        }
    }

    public KernelResult MapEvent(int descriptor, int length, bool writable)
    {
        var address = mmap(null, length, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor, 0);
        return address == MAP_FAILED ? KernelResult.Failure((Errno)errno) : KernelResult.Of((nint)address);
    }

    public KernelResult Unmap(nint address, int length) => Result(munmap((void*)address, length));

    // Not repeated on EINTR: Linux has closed the descriptor by then, and another thread may own the number.
    public KernelResult Close(int descriptor) => Result(close(descriptor));

    public KernelResult OpenFolder(string path)
    {
        const int currentFolder = -100;
        var bytes = Encoding.UTF8.GetBytes(path + '\0');

        // SAFETY: the path is pinned for the call and nul-terminated.
        fixed (byte* pointer = bytes)
        {
            return Result(syscall(SyscallNumbers.OpenAt, currentFolder, pointer, CloseOnExec | SyscallNumbers.OpenDirectory, 0));
        }
    }

    public KernelResult PidfdOpen(int pid, bool thread)
    {
        const int pidfdThread = 0x80;
        return Result(syscall(SyscallNumbers.PidfdOpen, pid, thread ? pidfdThread : 0, 0));
    }

    public KernelResult PidfdSendSignal(int pidfd, int signal) =>
        Result(syscall(SyscallNumbers.PidfdSendSignal, pidfd, signal, 0, 0));

    public KernelResult WaitForExit(int pidfd, out ChildExit exit)
    {
        const int byPidfd = 3;
        const int whenExited = 4;
        const int exitedNormally = 1;
        var information = stackalloc byte[128];
        var usage = stackalloc byte[144];

        // SAFETY: siginfo_t is 128 bytes and struct rusage 144 on 64-bit Linux; the kernel writes no more.
        var result = Result(syscall(SyscallNumbers.WaitId, byPidfd, pidfd, information, whenExited, usage));
        exit = result.Failed
            ? default
            : new ChildExit(
                Signalled: Unsafe.ReadUnaligned<int>(information + 8) != exitedNormally,
                Status: Unsafe.ReadUnaligned<int>(information + 24),
                UserTime: TimeValue(usage),
                SystemTime: TimeValue(usage + 16));
        return result;
    }

    public KernelResult PollInput(int descriptor, int timeoutMilliseconds)
    {
        var entry = new pollfd { fd = descriptor, events = POLLIN };

        // poll(2) in this binding keeps no errno; the only error one valid entry can meet is an interruption.
        var count = poll(&entry, 1, timeoutMilliseconds);
        return count < 0 ? KernelResult.Failure(Errno.EINTR) : KernelResult.Of(count);
    }

    public KernelResult EpollCreate() => Result(epoll_create1(CloseOnExec));

    public KernelResult EpollAdd(int epoll, int descriptor, int token, bool onlyWhenItComes)
    {
        var record = stackalloc byte[16];
        Unsafe.WriteUnaligned(record, (uint)EPOLLIN | (onlyWhenItComes ? EPOLLET : 0));
        Unsafe.WriteUnaligned(record + SyscallNumbers.EpollDataOffset, (long)token);

        // SAFETY: struct epoll_event is 12 or 16 bytes.
        return EpollControl(epoll, EPOLL_CTL_ADD, descriptor, record);
    }

    public KernelResult EpollRemove(int epoll, int descriptor) => EpollControl(epoll, EPOLL_CTL_DEL, descriptor, null);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KernelResult EpollWait(int epoll, Span<int> tokens, int timeoutMilliseconds)
    {
        // SAFETY: the span is pinned for the call, and has room for as many struct epoll_event as are asked for.
        fixed (int* room = tokens)
        {
            var most = tokens.Length / IPerfKernel.EpollWaitRoom;

            // To wait for ever can be begun anew.
            var quick = timeoutMilliseconds < 0 ? QuickCall(SyscallNumbers.EpollWait, epoll, (nint)room, most, timeoutMilliseconds, 0, 0) : -1;
            var result = quick >= 0 ? KernelResult.Of(quick) : Result(syscall(SyscallNumbers.EpollWait, epoll, room, most, timeoutMilliseconds, 0));

            // A token comes to lie before the records that are still to be read.
            for (var i = 0; i < result.Value; i++)
            {
                tokens[i] = Unsafe.ReadUnaligned<int>((byte*)room + (i * SyscallNumbers.EpollEventSize) + SyscallNumbers.EpollDataOffset);
            }

            return result;
        }
    }

    public KernelResult EventCreate() => Result(eventfd(0, CloseOnExec | NonBlocking));

    public KernelResult EventSignal(int descriptor)
    {
        Span<byte> one = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(one, 1);
        return Write(descriptor, one);
    }

    public KernelResult TimerCreate() => Result(syscall(SyscallNumbers.TimerCreate, ClockMonotonic, CloseOnExec | NonBlocking, 0));

    public KernelResult TimerSet(int descriptor, ulong nanoseconds)
    {
        // struct itimerspec: no interval, then seconds and nanoseconds.
        var time = stackalloc ulong[4];
        time[0] = time[1] = 0;
        time[2] = nanoseconds / NanosecondsPerSecond;
        time[3] = nanoseconds % NanosecondsPerSecond;

        // SAFETY: the kernel reads one struct itimerspec, 32 bytes, and writes none.
        return Result(syscall(SyscallNumbers.TimerSet, descriptor, 0, time, 0));
    }

    public KernelResult RunOnlyOn(int cpu)
    {
        var mask = new ulong[(cpu / 64) + 1];
        mask[cpu / 64] = 1UL << (cpu % 64);

        // SAFETY: the mask is pinned for the call, and its length in bytes bounds what the kernel reads.
        fixed (ulong* pointer = mask)
        {
            return Result(syscall(SyscallNumbers.SetAffinity, 0, mask.Length * sizeof(ulong), pointer));
        }
    }

    public KernelResult RunBeforeOthers()
    {
        const int firstInFirstOut = 1;
        var priority = 1;

        // SAFETY: struct sched_param is one int.
        return Result(syscall(SyscallNumbers.SetScheduler, 0, firstInFirstOut, &priority));
    }

    public KernelResult WaitForCpus()
    {
        const int global = 1;
        return Result(syscall(SyscallNumbers.MemoryBarrier, global, 0, 0));
    }

    public KernelResult RaiseOpenFiles()
    {
        const int openFiles = 7;

        // struct rlimit64: soft, hard.
        var limit = stackalloc ulong[2];

        // SAFETY: the kernel reads or writes one struct rlimit64, 16 bytes.
        var read = Result(syscall(SyscallNumbers.ResourceLimit, 0, openFiles, null, limit));
        if (read.Failed || limit[0] == limit[1])
        {
            return read;
        }

        limit[0] = limit[1];
        var written = Result(syscall(SyscallNumbers.ResourceLimit, 0, openFiles, limit, null));
        return written.Failed ? written : KernelResult.Of(1);
    }

    public KernelResult SpawnWaiting(string program, IReadOnlyList<string> arguments, bool outputToError, out SpawnedCommand command) =>
        WaitingCommand.Spawn(program, arguments, outputToError, out command);

    public KernelResult Release(int releaseDescriptor)
    {
        var written = Write(releaseDescriptor, "\n"u8);
        var closed = Close(releaseDescriptor);
        return written.Failed ? written : closed;
    }

    public SafeNativeText AllocateText(string text) => new(text);

    internal static KernelResult Result(int answer) =>
        answer < 0 ? KernelResult.Failure((Errno)errno) : KernelResult.Of(answer);

    internal static KernelResult Result(syscall_arg answer)
    {
        long value = (ssize_t)answer;
        return value < 0 ? KernelResult.Failure((Errno)errno) : KernelResult.Of(value);
    }

    // One that failed changed nothing.
    private static KernelResult EpollControl(int epoll, int operation, int descriptor, byte* record) =>
        QuickCall(SyscallNumbers.EpollControl, epoll, operation, descriptor, (nint)record, 0, 0) >= 0
            ? KernelResult.Success
            : Result(syscall(SyscallNumbers.EpollControl, epoll, operation, descriptor, record));

    private static KernelResult Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        // SAFETY: the span is pinned for the call and its length bounds what the kernel reads.
        fixed (byte* pointer = bytes)
        {
            long count = write(descriptor, pointer, bytes.Length);
            return count < 0 ? KernelResult.Failure((Errno)errno) : KernelResult.Of(count);
        }
    }

    // The calls that are made often. Keeping errno costs as much as all else of them here, and only a failure needs it: one that failed is made again by the binding that keeps
    // errno, where that does no harm. All by one function of libc: each of its own for a call is code to be fetched, and some ask first whether their thread is to be cancelled.
    [DllImport("libc.so.6", EntryPoint = "syscall")]
    private static extern nint QuickCall(nint number, nint first, nint second, nint third);

    [DllImport("libc.so.6", EntryPoint = "syscall")]
    private static extern nint QuickCall(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    // The vDSO's, which takes no longer than to let the garbage collector in.
    [DllImport("libc.so.6", EntryPoint = "clock_gettime"), SuppressGCTransition]
    private static extern int QuickClock(int clock, ulong* time);

    // struct timeval: seconds and microseconds, 64 bits each.
    private static TimeSpan TimeValue(byte* timeval) =>
        TimeSpan.FromSeconds(Unsafe.ReadUnaligned<long>(timeval)) +
        TimeSpan.FromMicroseconds(Unsafe.ReadUnaligned<long>(timeval + 8));
}
