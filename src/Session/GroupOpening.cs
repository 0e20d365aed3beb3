using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>Opens one group of counters at one attach point: all of it or nothing.</summary>
internal sealed class GroupOpening(
    IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, AttachPoint point, CounterMode mode, Turns turns = Turns.All)
{
    private readonly SafeKernelHandle?[] _handles = new SafeKernelHandle?[counters.Count];

    // Counters that are inherited always run, but for those that there are few of: they are handed from set to set.
    private readonly bool _takesTurns = turns != Turns.All && counters[0].Context.IsScarce;

    // A sibling that joins a leader which counts already counts from the thread's next switch on only, if it is of another PMU: the kernel schedules those of its own
    // PMU anew, and not its leader's. Software events, each clock, tracepoints and breakpoints are PMUs of their own. Alone each counts at once; inherited ones
    // are read one by one in any case. Those of a scarce context, and slots, are of one PMU.
    private readonly bool _isKernelGroup =
        mode.Opening == CounterOpening.Stopped || counters[0].Context.IsScarce || counters[0].SharesSlot;

    private readonly PerfEventOpenFlags _flags = PerfEventOpenFlags.FdCloexec | (point.IsCgroup ? PerfEventOpenFlags.PidCgroup : 0);

    /// <summary>The member that could not be opened; -1 when all were.</summary>
    public int FailedMember { get; private set; } = -1;

    /// <summary>That member; null when all were opened.</summary>
    public PlannedCounter? Failed => FailedMember < 0 ? null : counters[FailedMember];

    /// <summary>How many counters that member was to join in a kernel group.</summary>
    public int Joined => _isKernelGroup ? Math.Max(0, FailedMember) : 0;

    /// <summary>The attr size that the kernel knows, where it answered E2BIG.</summary>
    public uint KnownAttrSize { get; private set; }

    /// <summary>Whether it was the mapping of a ring that failed.</summary>
    public bool MappingFailed { get; private set; }

    public KernelResult TryOpen(out EventGroup? group)
    {
        for (var member = 0; member < counters.Count; member++)
        {
            var result = Open(member, out _handles[member]);
            if (result.Failed)
            {
                return Fail(member, result, out group);
            }
        }

        if (!LeaderIsCounted())
        {
            return Fail(counters.Count - 1, KernelResult.Failure(Errno.EINVAL), out group);
        }

        SafeKernelHandle[] handles = [.. _handles.OfType<SafeKernelHandle>()];
        if (mode.Opening != CounterOpening.Stopped)
        {
            group = new FollowedGroup(kernel, counters, handles, _takesTurns, isOn: turns != Turns.Later) { Point = point };
            return KernelResult.Success;
        }

        var steady = new SteadyGroup(kernel, counters, handles) { Point = point, UserAccess = MapPages(handles) };
        group = steady;
        var mapped = MapSignals(steady);
        if (mapped.Failed)
        {
            MappingFailed = true;
            steady.Dispose();
            return Fail(0, mapped, out group);
        }

        return KernelResult.Success;
    }

    private KernelResult Open(int member, out SafeKernelHandle? handle)
    {
        var counter = counters[member];
        var readable = mode.Reader == 0 ? 0 : counter.Context.UserReadBits;
        var result = Open(Attr(member, counter, readable), out handle);

        // A counter wider than the hardware's is two of them together, which no instruction reads: such an event is opened without.
        return result.Error == Errno.EOPNOTSUPP && readable != 0
            ? Open(Attr(member, counter, 0), out handle)
            : result;
    }

    private PerfEventAttr Attr(int member, PlannedCounter counter, ulong config1)
    {
        var attr = EventAttr.Of(counter.Selection, mode, isLeader: member == 0 || !_isKernelGroup, config1);
        if (member == 0 && _takesTurns && turns == Turns.Later)
        {
            attr.Flags = (attr.Flags | PerfEventAttrFlags.Disabled) & ~PerfEventAttrFlags.EnableOnExec;
        }

        if (counter.TellsOverflows && mode.Signals)
        {
            OverflowRing.Ask(ref attr, counter.WakeupEvents);
        }
        else if (counter.EndsTurn && mode.Signals)
        {
            OverflowSignal.Ask(ref attr, reads: true);
        }
        else if (counters.Any(one => one.EndsTurn || one.TellsOverflows) && mode.Signals)
        {
            OverflowSignal.UseClock(ref attr);
        }

        return attr;
    }

    private KernelResult Open(PerfEventAttr attr, out SafeKernelHandle? handle)
    {
        var leader = _isKernelGroup ? _handles[0]?.Descriptor ?? -1 : -1;
        var result = kernel.PerfEventOpen(ref attr, point.Pid, point.Cpu, leader, _flags);
        handle = result.Failed ? null : new SafeKernelHandle(kernel, (int)result.Value);
        KnownAttrSize = attr.Size;
        return result;
    }

    // Where the kernel leaves a stopped leader out when it checks that the group fits, one more sibling like it makes the check complete.
    private bool LeaderIsCounted()
    {
        if (counters.Count == 1 || mode.Opening != CounterOpening.Stopped || counters[0].Context.ChecksStoppedLeader)
        {
            return true;
        }

        var result = Open(Attr(counters.Count, counters[0], 0), out var twin);
        twin?.Dispose();
        return result.Error != Errno.EINVAL;
    }

    private KernelResult MapSignals(SteadyGroup group)
    {
        if (mode.Signals && counters.Any(counter => counter.TellsOverflows))
        {
            var result = OverflowRing.TryMap(kernel, group, out var ring);
            if (result.Failed)
            {
                return result;
            }

            group.Add(ring!);
        }

        for (var member = 0; mode.Signals && member < counters.Count; member++)
        {
            if (!counters[member].EndsTurn || counters[member].TellsOverflows)
            {
                continue;
            }

            var result = OverflowSignal.TryMap(kernel, group.Descriptor(member), SteadyGroup.ReadSize(counters.Count), out var signal);
            if (result.Failed)
            {
                return result;
            }

            group.Add(member, signal!);
        }

        return KernelResult.Success;
    }

    // That the pages are not to be had is no failure: the kernel is asked instead.
    private UserAccess? MapPages(SafeKernelHandle[] handles)
    {
        if (mode.Reader == 0 || !counters[0].Context.IsScarce || (mode.Signals && counters.Any(counter => counter.EndsTurn || counter.TellsOverflows)))
        {
            return null;
        }

        EventPages? pages = null;
        var result = UserReadLibrary.IsAvailable ? EventPages.TryMap(kernel, [.. handles.Select(handle => handle.Descriptor)], out pages) : default;
        return new UserAccess(mode.Reader, pages, result.Error);
    }

    private KernelResult Fail(int member, KernelResult result, out EventGroup? group)
    {
        EventGroup.Close(_handles);
        FailedMember = member;
        group = null;
        return result;
    }
}
