using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// A kernel event group at one attach point: a leader and its siblings, which count at the same time or not at all and are read
/// by one <c>read(2)</c>, or by one each where descendants are followed. It is opened disabled and holds its descriptors until disposed; it
/// has no lock, its session has one.
/// </summary>
/// <remarks>
/// With inheritance a group cannot be read as one: while a thread is born its group is not whole yet, and <c>read(2)</c> answers ECHILD;
/// while one dies its leader goes first, and for that moment the counts of its siblings are in no sum. Each event by itself is exact at
/// any time.
/// </remarks>
internal sealed class EventGroup : IDisposable
{
    // struct read_format with PERF_FORMAT_GROUP: nr, time_enabled, time_running, then a value for each member.
    private const int HeaderWords = 3;

    private readonly IPerfKernel _kernel;
    private readonly IReadOnlyList<PlannedCounter> _counters;
    private readonly SafeKernelHandle[] _handles;
    private readonly bool _inherits;

    private EventGroup(IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, SafeKernelHandle[] handles, bool inherits)
    {
        _kernel = kernel;
        _counters = counters;
        _handles = handles;
        _inherits = inherits;
    }

    /// <summary>Bytes that <see cref="AddTo"/> needs for a group of <paramref name="members"/>.</summary>
    public static int ReadSize(int members) => (HeaderWords + members) * sizeof(ulong);

    /// <summary>
    /// Opens the group, or nothing of it. When it fails, <paramref name="failed"/> is the member that could not be opened.
    /// </summary>
    public static KernelResult TryOpen(
        IPerfKernel kernel,
        IReadOnlyList<PlannedCounter> counters,
        AttachPoint point,
        CounterMode mode,
        out EventGroup? group,
        out int failed,
        out uint knownAttrSize)
    {
        var handles = new SafeKernelHandle[counters.Count];
        var flags = PerfEventOpenFlags.FdCloexec | (point.IsCgroup ? PerfEventOpenFlags.PidCgroup : 0);
        for (failed = 0; failed < counters.Count; failed++)
        {
            var attr = Attr(counters[failed].Selection, mode, isLeader: failed == 0);
            var leader = failed == 0 ? -1 : handles[0].Descriptor;
            var result = kernel.PerfEventOpen(ref attr, point.Pid, point.Cpu, leader, flags);
            if (result.Failed)
            {
                knownAttrSize = attr.Size;
                Close(handles);
                group = null;
                return result;
            }

            handles[failed] = new SafeKernelHandle(kernel, (int)result.Value);
        }

        failed = -1;
        knownAttrSize = 0;
        group = new EventGroup(kernel, counters, handles, mode.Inherits);
        return KernelResult.Success;
    }

    /// <summary>Starts the group: the leader takes its siblings, and the kernel those that children inherited.</summary>
    public KernelResult Enable() => _kernel.Ioctl(_handles[0].Descriptor, PerfEventIoctl.Enable, 0);

    /// <summary>Stops the group. Its counts stay.</summary>
    public KernelResult Disable() => _kernel.Ioctl(_handles[0].Descriptor, PerfEventIoctl.Disable, 0);

    /// <summary>Reads the group and adds each member's count to its place in <paramref name="totals"/>. Allocates nothing.</summary>
    /// <param name="buffer">Room for <see cref="ReadSize"/> bytes.</param>
    /// <param name="totals">The set's counters, by <see cref="PlannedCounter.Index"/>.</param>
    public KernelResult AddTo(Span<byte> buffer, Span<CountTotal> totals)
    {
        if (!_inherits)
        {
            return AddWhole(buffer, totals);
        }

        var outcome = KernelResult.Success;
        for (var i = 0; i < _handles.Length; i++)
        {
            var result = AddMember(i, buffer, totals);
            outcome = result.Failed ? result : outcome;
        }

        return outcome;
    }

    public void Dispose() => Close(_handles);

    private KernelResult AddWhole(Span<byte> buffer, Span<CountTotal> totals)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(buffer[..ReadSize(_handles.Length)]);
        var result = _kernel.Read(_handles[0].Descriptor, MemoryMarshal.AsBytes(words));
        for (var i = 0; i < _handles.Length; i++)
        {
            Add(ref totals[_counters[i].Index], result, words, value: words[HeaderWords + i], enabled: words[1], running: words[2]);
        }

        return result;
    }

    // struct read_format without PERF_FORMAT_GROUP: value, time_enabled, time_running.
    private KernelResult AddMember(int member, Span<byte> buffer, Span<CountTotal> totals)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(buffer[..(HeaderWords * sizeof(ulong))]);
        var result = _kernel.Read(_handles[member].Descriptor, MemoryMarshal.AsBytes(words));
        Add(ref totals[_counters[member].Index], result, words, value: words[0], enabled: words[1], running: words[2]);
        return result;
    }

    // An error, or 0 bytes: the kernel took the event off for good. What it counted is lost, and must show.
    private static void Add(ref CountTotal total, KernelResult result, Span<ulong> asked, ulong value, ulong enabled, ulong running)
    {
        if (result.Value == asked.Length * sizeof(ulong))
        {
            total.Add(value, enabled, running);
        }
        else
        {
            total.IsPartial = true;
        }
    }

    private static PerfEventAttr Attr(in EventSelection selection, CounterMode mode, bool isLeader)
    {
        var flags = (PerfEventAttrFlags)((ulong)selection.PreciseIp << 15);
        flags |= Flag(selection, Exclusions.User, PerfEventAttrFlags.ExcludeUser);
        flags |= Flag(selection, Exclusions.Kernel, PerfEventAttrFlags.ExcludeKernel);
        flags |= Flag(selection, Exclusions.Hypervisor, PerfEventAttrFlags.ExcludeHv);
        flags |= Flag(selection, Exclusions.Host, PerfEventAttrFlags.ExcludeHost);
        flags |= Flag(selection, Exclusions.Guest, PerfEventAttrFlags.ExcludeGuest);
        flags |= Flag(selection, Exclusions.Idle, PerfEventAttrFlags.ExcludeIdle);
        flags |= mode.Following switch
        {
            Following.ThreadsAndProcesses => PerfEventAttrFlags.Inherit,
            Following.Threads => PerfEventAttrFlags.Inherit | PerfEventAttrFlags.InheritThread,
            _ => 0,
        };

        // Siblings are enabled and wait for their leader: one call starts and stops them all at the same instant.
        if (isLeader)
        {
            flags |= PerfEventAttrFlags.Disabled | (mode.EnableOnExec ? PerfEventAttrFlags.EnableOnExec : 0);
        }

        return new PerfEventAttr
        {
            Type = selection.Type,
            Size = PerfEventAttr.Size9,
            Config = selection.Config,
            BpType = (uint)selection.Breakpoint,
            Config1 = selection.Config1,
            Config2 = selection.Config2,
            Config3 = selection.Config3,
            Config4 = selection.Config4,
            Flags = flags,
            ReadFormat = PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning | (mode.Inherits ? 0 : PerfReadFormat.Group),
        };
    }

    private static PerfEventAttrFlags Flag(in EventSelection selection, Exclusions exclusion, PerfEventAttrFlags flag) =>
        (selection.Exclude & exclusion) != 0 ? flag : 0;

    // Siblings first: closing a leader makes each of its siblings a group of its own.
    private static void Close(SafeKernelHandle?[] handles)
    {
        for (var i = handles.Length - 1; i >= 0; i--)
        {
            handles[i]?.Dispose();
        }
    }
}
