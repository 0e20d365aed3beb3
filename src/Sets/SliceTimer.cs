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

    private readonly IPerfKernel _kernel;
    private readonly SafeKernelHandle _event;
    private bool _isEnabled;

    private SliceTimer(IPerfKernel kernel, SafeKernelHandle handle, OverflowSignal signal)
    {
        _kernel = kernel;
        _event = handle;
        Signal = signal;
    }

    /// <summary>Tells when the time is over.</summary>
    public OverflowSignal Signal { get; }

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
        OverflowSignal.Ask(ref attr, reads: false);
        var opened = kernel.PerfEventOpen(ref attr, isThread ? point.Pid : -1, point.Cpu, -1, PerfEventOpenFlags.FdCloexec);
        if (opened.Failed)
        {
            throw SetErrors.NoTimer("perf_event_open", opened.Error);
        }

        var handle = new SafeKernelHandle(kernel, (int)opened.Value);
        var mapped = OverflowSignal.TryMap(kernel, handle.Descriptor, readSize: 0, out var signal);
        if (mapped.Failed)
        {
            handle.Dispose();
            throw SessionErrors.NoRing(mapped.Error);
        }

        return new SliceTimer(kernel, handle, signal!);
    }

    /// <summary>Begins a timeout in full.</summary>
    public void Begin(ulong timeout)
    {
        // A new period begins anew; the disabled event does not count the time before.
        var period = timeout;
        Check(_kernel.Ioctl(_event.Descriptor, PerfEventIoctl.Period, ref period));
        if (!_isEnabled)
        {
            Check(_kernel.Ioctl(_event.Descriptor, PerfEventIoctl.Enable, 0));
            _isEnabled = true;
        }
    }

    /// <summary>Ends it.</summary>
    public void Stop()
    {
        _isEnabled = false;
        Check(_kernel.Ioctl(_event.Descriptor, PerfEventIoctl.Disable, 0));
    }

    public void Dispose()
    {
        Signal.Dispose();
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
