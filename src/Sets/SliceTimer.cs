using System.Buffers.Binary;
using Perfmon.Diagnostics;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// Tells when a set's time is over, in the time of what is monitored: an event of the kernel's clock on the target, which overflows after
/// the timeout. A thread's clock (<c>task-clock</c>) stands still while the thread does not run, and keeps what is left; a CPU's
/// (<c>cpu-clock</c>) is the wall clock. Its overflow says on which CPU it happened.
/// </summary>
internal sealed class SliceTimer : IDisposable
{
    private const ulong CpuClock = 0;
    private const ulong TaskClock = 1;

    // PERF_SAMPLE_CPU alone: struct { perf_event_header header; u32 cpu, reserved; }.
    private const int SampleSize = 16;
    private const int CpuOffset = 8;

    private readonly IPerfKernel _kernel;
    private readonly SafeKernelHandle _event;
    private readonly EventRing _ring;

    private SliceTimer(IPerfKernel kernel, SafeKernelHandle handle, EventRing ring)
    {
        _kernel = kernel;
        _event = handle;
        _ring = ring;
    }

    /// <summary>Readable when the time is over.</summary>
    public int Descriptor => _event.Descriptor;

    /// <exception cref="PerfmonException">The kernel refused the event or its mapping.</exception>
    public static SliceTimer Open(IPerfKernel kernel, AttachPoint point)
    {
        // Of a cgroup, too, the time is the CPU's.
        var isThread = point.Cpu < 0;
        var attr = new PerfEventAttr
        {
            Type = EventType.Software,
            Size = PerfEventAttr.Size9,
            Config = isThread ? TaskClock : CpuClock,
            SamplePeriod = ulong.MaxValue >> 1,
            SampleType = PerfSampleFormat.Cpu,
            Flags = PerfEventAttrFlags.Disabled,
            WakeupEvents = 1,
        };
        var opened = kernel.PerfEventOpen(ref attr, isThread ? point.Pid : -1, point.Cpu, -1, PerfEventOpenFlags.FdCloexec);
        if (opened.Failed)
        {
            throw SetErrors.NoTimer("perf_event_open", opened.Error);
        }

        var handle = new SafeKernelHandle(kernel, (int)opened.Value);
        var mapped = EventRing.TryMap(kernel, handle.Descriptor, 1, out var ring);
        if (mapped.Failed)
        {
            handle.Dispose();
            throw SetErrors.NoTimer("mmap", mapped.Error);
        }

        return new SliceTimer(kernel, handle, ring!);
    }

    /// <summary>Begins a timeout in full.</summary>
    public void Begin(ulong timeout)
    {
        // A new period begins anew; the disabled event does not count the time before.
        var period = timeout;
        Check(_kernel.Ioctl(Descriptor, PerfEventIoctl.Period, ref period));
        Check(_kernel.Ioctl(Descriptor, PerfEventIoctl.Enable, 0));
    }

    /// <summary>Ends it.</summary>
    public void Stop() => Check(_kernel.Ioctl(Descriptor, PerfEventIoctl.Disable, 0));

    /// <summary>The CPU on which the time was over; null where it was not over: the target has ended.</summary>
    public int? TakeOverflow()
    {
        Span<byte> record = stackalloc byte[SampleSize];
        int? cpu = null;
        while (_ring.TryTake(record, out var header))
        {
            if (header.Type == PerfRecordType.Sample)
            {
                cpu = BinaryPrimitives.ReadInt32LittleEndian(record[CpuOffset..]);
            }
        }

        return cpu;
    }

    public void Dispose()
    {
        _ring.Dispose();
        _event.Dispose();
    }

    private static void Check(KernelResult result)
    {
        if (result.Failed)
        {
            throw SetErrors.NoTimer("ioctl", result.Error);
        }
    }
}
