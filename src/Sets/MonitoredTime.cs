using System.Buffers.Binary;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// For how long a target was monitored, whichever set was active: the time enabled of events that count nothing, one on each thread, which others inherit. What the
/// sets' active times lack of it went by between two sets.
/// </summary>
internal sealed class MonitoredTime : IDisposable
{
    // PERF_COUNT_SW_DUMMY.
    private const ulong Dummy = 9;

    private readonly IPerfKernel _kernel;
    private readonly List<SafeKernelHandle> _events;

    private MonitoredTime(IPerfKernel kernel, List<SafeKernelHandle> events)
    {
        _kernel = kernel;
        _events = events;
    }

    /// <summary>Null where the kernel refuses: then the time is not known.</summary>
    public static MonitoredTime? TryOpen(IPerfKernel kernel, IReadOnlyList<AttachPoint> points, CounterMode mode)
    {
        // All CPUs have the same time. Events that always run are told apart by bookkeeping, as counters are.
        var events = new List<SafeKernelHandle>();
        foreach (var point in points[0].Cpu >= 0 ? points.Take(1) : points)
        {
            var selection = new EventSelection { Type = EventType.Software, Config = Dummy, Exclude = Exclusions.Kernel | Exclusions.Hypervisor };
            var attr = EventAttr.Of(selection, mode.Opening == CounterOpening.Stopped ? mode with { Opening = CounterOpening.Running } : mode, isLeader: true);
            attr.ReadFormat = PerfReadFormat.TotalTimeEnabled;
            var flags = PerfEventOpenFlags.FdCloexec | (point.IsCgroup ? PerfEventOpenFlags.PidCgroup : 0);
            var opened = kernel.PerfEventOpen(ref attr, point.Pid, point.Cpu, -1, flags);
            if (!opened.Failed)
            {
                events.Add(new SafeKernelHandle(kernel, (int)opened.Value));
            }
            else if (opened.Error != Errno.ESRCH)
            {
                events.ForEach(one => one.Dispose());
                return null;
            }
        }

        return events.Count > 0 ? new MonitoredTime(kernel, events) : null;
    }

    /// <summary>Since the events were opened, in nanoseconds.</summary>
    public ulong Read()
    {
        // u64 value, time_enabled.
        Span<byte> words = stackalloc byte[2 * sizeof(ulong)];
        var sum = 0UL;
        foreach (var one in _events)
        {
            sum += _kernel.Read(one.Descriptor, words).Value == words.Length ? BinaryPrimitives.ReadUInt64LittleEndian(words[sizeof(ulong)..]) : 0;
        }

        return sum;
    }

    public void Dispose() => _events.ForEach(one => one.Dispose());
}
