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
internal sealed class SliceTimer : OverflowSignal
{
    private const ulong CpuClock = 0;
    private const ulong TaskClock = 1;

    private readonly IPerfKernel _kernel;
    private readonly SafeKernelHandle _event;
    private bool _isEnabled;

    private SliceTimer(IPerfKernel kernel, SafeKernelHandle handle, EventRing ring)
        : base(handle.Descriptor, ring)
    {
        _kernel = kernel;
        _event = handle;
    }

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
            Flags = PerfEventAttrFlags.Disabled,
        };
        Ask(ref attr, reads: false);
        var opened = kernel.PerfEventOpen(ref attr, isThread ? point.Pid : -1, point.Cpu, -1, PerfEventOpenFlags.FdCloexec);
        if (opened.Failed)
        {
            throw SetErrors.NoTimer("perf_event_open", opened.Error);
        }

        var handle = new SafeKernelHandle(kernel, (int)opened.Value);
        var mapped = TryMap(kernel, handle.Descriptor, out var ring);
        if (mapped.Failed)
        {
            handle.Dispose();
            throw SessionErrors.NoRing(mapped.Error);
        }

        return new SliceTimer(kernel, handle, ring!);
    }

    /// <summary>Begins a timeout in full.</summary>
    public void Begin(ulong timeout)
    {
        // A new period begins anew; the disabled event does not count the time before.
        var period = timeout;
        Check(_kernel.Ioctl(Descriptor, PerfEventIoctl.Period, ref period));
        if (!_isEnabled)
        {
            Check(_kernel.Ioctl(Descriptor, PerfEventIoctl.Enable, 0));
            _isEnabled = true;
        }
    }

    /// <summary>Ends it.</summary>
    public void Stop()
    {
        _isEnabled = false;
        Check(_kernel.Ioctl(Descriptor, PerfEventIoctl.Disable, 0));
    }

    public override void Dispose()
    {
        base.Dispose();
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
