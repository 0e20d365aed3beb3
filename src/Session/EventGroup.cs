using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// A kernel event group at one attach point: a leader and its siblings, which count at the same time or not at all. It is opened by a
/// stopped session and holds its descriptors until disposed; it has no lock, its session has one.
/// </summary>
internal abstract class EventGroup : IDisposable
{
    private readonly SafeKernelHandle[] _handles;

    private protected EventGroup(IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, SafeKernelHandle[] handles)
    {
        Kernel = kernel;
        Counters = counters;
        _handles = handles;
    }

    public int MemberCount => _handles.Length;

    private protected IPerfKernel Kernel { get; }

    private protected IReadOnlyList<PlannedCounter> Counters { get; }

    private protected int Leader => _handles[0].Descriptor;

    /// <summary>Bytes that the largest read of a group of <paramref name="members"/> needs.</summary>
    public static int ReadSize(int members) => Math.Max(SteadyGroup.ReadSize(members), FollowedGroup.ReadSize(members));

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
        group = mode.Opening == CounterOpening.Stopped
            ? new SteadyGroup(kernel, counters, handles)
            : new FollowedGroup(kernel, counters, handles);
        return KernelResult.Success;
    }

    /// <summary>Starts the group: the leader takes its siblings along.</summary>
    /// <param name="buffer">Room for <see cref="ReadSize"/> bytes.</param>
    public abstract KernelResult Enable(Span<byte> buffer);

    /// <summary>Stops the group. Its counts stay.</summary>
    /// <param name="buffer">Room for <see cref="ReadSize"/> bytes.</param>
    public abstract KernelResult Disable(Span<byte> buffer);

    /// <summary>Reads the group and adds each member's count to its place in <paramref name="totals"/>. Allocates nothing.</summary>
    /// <param name="buffer">Room for <see cref="ReadSize"/> bytes.</param>
    /// <param name="totals">The set's counters, by <see cref="PlannedCounter.Index"/>.</param>
    public abstract KernelResult AddTo(Span<byte> buffer, Span<CountTotal> totals);

    public void Dispose() => Close(_handles);

    private protected int Descriptor(int member) => _handles[member].Descriptor;

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
            flags |= mode.Opening switch
            {
                CounterOpening.Stopped => PerfEventAttrFlags.Disabled,
                CounterOpening.OnExec => PerfEventAttrFlags.Disabled | PerfEventAttrFlags.EnableOnExec,
                _ => 0,
            };
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
            ReadFormat = mode.Opening == CounterOpening.Stopped ? SteadyGroup.ReadFormat : FollowedGroup.ReadFormat,
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
