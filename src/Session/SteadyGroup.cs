using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>The counters of one thread or CPU: the kernel starts and stops them, and one <c>read(2)</c> gives them all.</summary>
internal sealed class SteadyGroup(IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, SafeKernelHandle[] handles)
    : EventGroup(kernel, counters, handles)
{
    // struct read_format with PERF_FORMAT_GROUP: nr, time_enabled, time_running, then a value for each member.
    private const int HeaderWords = 3;

    public static PerfReadFormat ReadFormat =>
        PerfReadFormat.Group | PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning;

    public static new int ReadSize(int members) => (HeaderWords + members) * sizeof(ulong);

    public override KernelResult Enable(Span<byte> buffer) => Kernel.Ioctl(Leader, PerfEventIoctl.Enable, 0);

    public override KernelResult Disable(Span<byte> buffer) => Kernel.Ioctl(Leader, PerfEventIoctl.Disable, 0);

    public override KernelResult AddTo(Span<byte> buffer, Span<CountTotal> totals)
    {
        var result = Kernel.Read(Leader, buffer[..ReadSize(Counters.Count)]);
        if (result.Failed || result.Value == 0)
        {
            // 0 bytes: the kernel took the event off for good (an error state). It then counted nothing that can be told.
            return result;
        }

        var words = MemoryMarshal.Cast<byte, ulong>(buffer[..(int)result.Value]);
        var enabled = words[1];
        var running = words[2];
        var values = words[HeaderWords..];
        for (var i = 0; i < values.Length; i++)
        {
            totals[Counters[i].Index].Add(values[i], enabled, running);
        }

        return result;
    }
}
