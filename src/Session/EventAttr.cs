using Perfmon.Native.Abi;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>What is said to the kernel of one event: a pure function of what it counts and how its session counts.</summary>
internal static class EventAttr
{
    /// <param name="selection">What is counted.</param>
    /// <param name="mode">How.</param>
    /// <param name="isLeader">Whether the event leads its group, or is alone.</param>
    /// <param name="config1">Further bits of <c>config1</c>.</param>
    public static PerfEventAttr Of(in EventSelection selection, CounterMode mode, bool isLeader, ulong config1 = 0)
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
            Config1 = selection.Config1 | config1,
            Config2 = selection.Config2,
            Config3 = selection.Config3,
            Config4 = selection.Config4,
            Flags = flags,
            ReadFormat = mode.Opening == CounterOpening.Stopped ? SteadyGroup.ReadFormat : FollowedGroup.ReadFormat,
        };
    }

    private static PerfEventAttrFlags Flag(in EventSelection selection, Exclusions exclusion, PerfEventAttrFlags flag) =>
        (selection.Exclude & exclusion) != 0 ? flag : 0;
}
