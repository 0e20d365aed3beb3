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
        var words = MemoryMarshal.Cast<byte, ulong>(buffer[..ReadSize(Counters.Count)]);
        var result = Kernel.Read(Leader, MemoryMarshal.AsBytes(words));
        var isWhole = result.Value == ReadSize(Counters.Count);
        for (var i = 0; i < Counters.Count; i++)
        {
            ref var total = ref totals[Counters[i].Index];
            if (isWhole)
            {
                total.Add(words[HeaderWords + i], enabled: words[1], running: words[2]);
            }
            else
            {
                // An error, or 0 bytes: the kernel took the group off for good. What it counted is lost, and must show.
                total.IsPartial = true;
            }
        }

        return result;
    }
}
