using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// Opens the counters of every set at a target's attach points: all of them or none. Events that the machine lacks are left out
/// when the session asked for that; everything else that fails is explained.
/// </summary>
internal sealed class CounterOpener(
    IPerfKernel kernel,
    HostDescription host,
    Target target,
    UnsupportedEvents unsupported,
    IReadOnlyList<CounterPlan> plans,
    List<BreakpointBank> banks)
{
    private readonly Dictionary<int, PerfmonException>[] _skipped = [.. plans.Select(_ => new Dictionary<int, PerfmonException>())];

    /// <summary>
    /// Opens every plan at every point. Points whose thread has ended are passed over; when none is left, that is the error.
    /// </summary>
    /// <exception cref="PerfmonException">The kernel refused, for the reason that the message gives.</exception>
    public SetCounters[] Open(IReadOnlyList<AttachPoint> points, CounterMode mode)
    {
        // Where several are counted, each would tell of its own overflows only.
        mode = mode with { Signals = mode.Opening == CounterOpening.Stopped && points.Count == 1 };
        if (!mode.Signals && plans.Any(plan => plan.TellsOverflows))
        {
            throw SessionErrors.NoSuchOverflows(target);
        }

        while (true)
        {
            var sets = new SetCounters[plans.Count];
            for (var i = 0; i < sets.Length; i++)
            {
                sets[i] = new SetCounters(plans[i], _skipped[i]);
            }

            var opened = false;
            try
            {
                opened = TryOpen(sets, points, mode);
                if (opened)
                {
                    RefuseWhenNothingIsLeft();
                    return sets;
                }
            }
            finally
            {
                if (!opened)
                {
                    DisposeAll(sets);
                }
            }
        }
    }

    public static void DisposeAll(IEnumerable<SetCounters> sets)
    {
        foreach (var set in sets)
        {
            set.Dispose();
        }
    }

    // False: an event was found to be missing on this machine; it is left out from now on, and all is to be opened anew.
    private bool TryOpen(SetCounters[] sets, IReadOnlyList<AttachPoint> points, CounterMode mode)
    {
        PerfmonException? ended = null;
        var alive = 0;
        foreach (var point in points)
        {
            switch (OpenAt(point, sets, mode, points.Count))
            {
                case null:
                    alive++;
                    break;
                case { Errno: (int)Errno.ESRCH } why:
                    ended = why;
                    break;
                default:
                    return false;
            }
        }

        return alive > 0 || ended is null ? true : throw ended;
    }

    // Null when all is open; otherwise why the point is passed over (ESRCH), or which event is now left out.
    private PerfmonException? OpenAt(AttachPoint point, SetCounters[] sets, CounterMode mode, int points)
    {
        var first = Array.Find(sets, set => !set.IsAllSkipped);
        foreach (var (set, skipped) in sets.Zip(_skipped))
        {
            var turns = set.Plan.Turns == Turns.All ? Turns.All : set == first ? Turns.First : Turns.Later;
            foreach (var planned in set.Plan.Groups)
            {
                var members = Members(planned, skipped, point);
                if (members.Count == 0)
                {
                    continue;
                }

                if (GuestModes.FindRefused("count", members, target) is var (counter, refusal))
                {
                    skipped.Add(counter.Index, unsupported == UnsupportedEvents.Skip ? refusal : throw refusal);
                    return refusal;
                }

                var result = members[0].SharesSlot
                    ? ShareSlots(members, point, mode, out var group, out var opening)
                    : OpenGroup(members, point, mode, turns, out group, out opening);
                if (!result.Failed)
                {
                    set.Add(group!);
                    continue;
                }

                if (result.Error == Errno.EMFILE)
                {
                    // Reading the limits takes descriptors itself, and those of this attempt are not what stood in its way.
                    DisposeAll(sets);
                }

                if (opening!.MappingFailed)
                {
                    throw SessionErrors.NoRing(result.Error);
                }

                var why = Explain(result.Error, opening, point, mode, points);
                if (unsupported == UnsupportedEvents.Skip && why.Reason == PerfmonReason.NotSupported)
                {
                    Skip(members, opening, skipped, why);
                    return why;
                }

                return result.Error == Errno.ESRCH ? why : throw why;
            }
        }

        return null;
    }

    // On a process that creates threads an event can fail though nothing is wrong with it. The kernel exchanges the counters of a thread
    // and of a child that inherited them when it switches from one to the other; an event that is opened meanwhile finds its leader
    // elsewhere (EINVAL, ENODEV), or the counters gone with the child that ended (ESRCH). A thread that ends between a leader and its sibling
    // fails in the same way. Asked again, the one succeeds and the other is known to have ended; a group that really does not fit fails every
    // time, and a thread that has really ended is no longer listed.
    private KernelResult OpenGroup(
        IReadOnlyList<PlannedCounter> members, AttachPoint point, CounterMode mode, Turns turns, out EventGroup? group, out GroupOpening opening)
    {
        const int most = 50;
        for (var attempt = 1; ; attempt++)
        {
            opening = new GroupOpening(kernel, members, point, mode, turns);
            var result = opening.TryOpen(out group);
            var mayPass = point.Cpu < 0 && result.Error switch
            {
                Errno.EINVAL or Errno.ENODEV => opening.Joined > 0,
                Errno.ESRCH => ProcessThreads.Exists(host.Roots, point.Pid),
                _ => false,
            };
            if (!mayPass || attempt == most)
            {
                return result;
            }
        }
    }

    // The first set that has breakpoints opens slots for all sets.
    private KernelResult ShareSlots(
        IReadOnlyList<PlannedCounter> members, AttachPoint point, CounterMode mode, out EventGroup? group, out GroupOpening? opening)
    {
        var key = BreakpointBank.KeyOf(members[0]);
        var bank = banks.Find(one => !one.IsClosed && one.Point == point && one.Key == key && one.Size >= members.Count);
        (group, opening) = (null, null);
        if (bank is null)
        {
            var sharing = plans.Zip(_skipped)
                .SelectMany(pair => pair.First.Groups
                    .Where(planned => planned[0].SharesSlot && BreakpointBank.KeyOf(planned[0]) == key)
                    .Select(planned => Members(planned, pair.Second, point)))
                .Where(some => some.Count > 0);
            var result = OpenGroup(BreakpointBank.SlotsFor([.. sharing]), point, mode, Turns.All, out var slots, out opening);
            if (result.Failed)
            {
                return result;
            }

            bank = new BreakpointBank(kernel, mode, slots!);
            banks.Add(bank);
        }

        group = bank.Share(members);
        return KernelResult.Success;
    }

    // A machine without breakpoints has none for any member; which of the sets that share the slots failed first does not matter.
    private static void Skip(
        IReadOnlyList<PlannedCounter> members, GroupOpening opening, Dictionary<int, PerfmonException> skipped, PerfmonException why)
    {
        foreach (var member in members[0].SharesSlot ? members : [opening.Failed!])
        {
            skipped.Add(member.Index, why);
        }
    }

    private static IReadOnlyList<PlannedCounter> Members(
        IReadOnlyList<PlannedCounter> planned, Dictionary<int, PerfmonException> skipped, AttachPoint point)
    {
        foreach (var counter in planned)
        {
            if (skipped.ContainsKey(counter.Index) || !counter.ExistsOn(point.Cpu))
            {
                return [.. planned.Where(one => !skipped.ContainsKey(one.Index) && one.ExistsOn(point.Cpu))];
            }
        }

        return planned;
    }

    private void RefuseWhenNothingIsLeft()
    {
        var asked = plans.Sum(plan => plan.Counters.Count);
        var reasons = _skipped.SelectMany(skipped => skipped.Values).ToList();
        if (asked > 0 && reasons.Count == asked)
        {
            throw new PerfmonException(
                PerfmonReason.NotSupported,
                string.Join(Environment.NewLine, reasons.Select(reason => reason.Message).Distinct()),
                reasons[0].Errno);
        }
    }

    private PerfmonException Explain(
        Errno error, GroupOpening opening, AttachPoint point, CounterMode mode, int points)
    {
        var counter = opening.Failed!;
        var failure = new OpenFailure
        {
            Event = counter.Name,
            Set = counter.Set,
            Target = target.ToString(),
            Error = error,
            Pmu = counter.Context.Name,
            IsHardware = counter.Context.IsScarce,
            IsBreakpoint = counter.Selection.Type == EventType.Breakpoint,
            IsTracepoint = counter.Selection.Type == EventType.Tracepoint,
            KernelMode = (counter.Selection.Exclude & Exclusions.Kernel) == 0,
            SystemWide = point.Cpu >= 0,
            OwnTarget = target is CallingThreadTarget or CommandTarget,
            Excludes = counter.Selection.Exclude != Exclusions.None,
            CountsGuests = GuestModes.CountsGuests(counter.Selection, counter.Context, host.Pmus),
            Inherit = mode.Following != Following.Nothing,
            GroupPosition = opening.Joined,
            KnownAttrSize = opening.KnownAttrSize,
            DescriptorsNeeded = (long)points * plans.Sum(plan => plan.Counters.Count),
        };
        return KernelErrorExplainer.Explain(failure, OpenFacts.Of(host, failure.Error));
    }
}
