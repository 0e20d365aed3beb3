using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Filters;

public sealed partial class ArmEventFilter
{
    /// <summary>
    /// The same filter as ascending ranges of one action that do not touch: in no more ranges, and the same for all filters that do the same. Every event is decided as
    /// before, and the guest sees the same events in its PMCEID registers. Only a filter whose ranges come to nothing keeps a range of each action: the first for the default.
    /// </summary>
    public ArmEventFilter Normalise()
    {
        // The default stays what it is, whatever it costs: it reaches as far as the event space of the machine, which the filter does not know.
        var action = _ranges[0].Action;
        var map = new ArmEventMap(this, ArmEventSpace.Bits16);
        var runs = ArmEventMap.Runs(map.Count, MostEventsOfRange, number => map[number] == (action == FilterAction.Allow) ? true : null);
        ArmEventRange[] ranges = [.. runs.Select(run => new ArmEventRange(action, (ushort)run.First, (ushort)run.Last))];
        return new ArmEventFilter(ranges.Length > 0 ? ranges : [new ArmEventRange(action, 0, 0), new ArmEventRange(Default, 0, 0)]);
    }

    /// <summary>
    /// What this filter, the first, and <paramref name="second"/> decide differently for a guest whose PMU has <paramref name="eventSpace"/>: ascending spans.
    /// </summary>
    /// <exception cref="PerfmonException">One of them is beyond the event space.</exception>
    public IReadOnlyList<ArmEventSpan> DifferenceFrom(ArmEventFilter second, ArmEventSpace eventSpace)
    {
        ThrowIfBeyond(eventSpace);
        second.ThrowIfBeyond(eventSpace);
        var (a, b) = (new ArmEventMap(this, eventSpace), new ArmEventMap(second, eventSpace));
        var runs = ArmEventMap.Runs(a.Count, a.Count, number => a[number] == b[number] || IsUnfiltered(number) ? null : a[number]);
        return [.. runs.Select(run => new ArmEventSpan((ushort)run.First, (ushort)run.Last, run.Key))];
    }

    /// <summary>What the kernel accepts of this filter although it is surely not meant, in order of the ranges.</summary>
    public IReadOnlyList<FilterNotice> Notices() => new ArmFilterReview(this).Notices();
}
