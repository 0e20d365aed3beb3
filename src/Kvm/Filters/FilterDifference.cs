using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>What two filters for x86 guests decide differently.</summary>
public sealed class FilterDifference
{
    private FilterDifference(IReadOnlyList<EventSpan> events, uint onlyFirst, uint onlySecond)
    {
        Events = events;
        FixedAllowedByFirst = onlyFirst;
        FixedAllowedBySecond = onlySecond;
    }

    /// <summary>The events, in order of their selects. Spans that allow alike may overlap.</summary>
    public IReadOnlyList<EventSpan> Events { get; }

    /// <summary>The fixed counters that the first filter allows and the second denies; bit n is counter n.</summary>
    public uint FixedAllowedByFirst { get; }

    /// <summary>The fixed counters that the second filter allows and the first denies; bit n is counter n.</summary>
    public uint FixedAllowedBySecond { get; }

    /// <summary>Whether both decide everything alike.</summary>
    public bool IsEmpty => Events.Count == 0 && (FixedAllowedByFirst | FixedAllowedBySecond) == 0;

    internal static FilterDifference Between(PmuEventFilter first, PmuEventFilter second, CpuVendor vendor)
    {
        first.ThrowIfRefused(vendor);
        second.ThrowIfRefused(vendor);
        var events = new List<EventSpan>();
        int lastSelect = EntryBits.LastSelect(vendor);
        for (int from = 0, to; from <= lastSelect; from = to + 1)
        {
            var (a, b) = (Allowed(first, from), Allowed(second, from));
            for (to = from; to < lastSelect && Allowed(first, to + 1) == a && Allowed(second, to + 1) == b;)
            {
                to++;
            }

            events.AddRange(Spans(from, to, a.Without(b), allowedByFirst: true));
            events.AddRange(Spans(from, to, b.Without(a), allowedByFirst: false));
        }

        var (fixedA, fixedB) = (AllowedFixed(first), AllowedFixed(second));
        return new FilterDifference(events, fixedA & ~fixedB, fixedB & ~fixedA);
    }

    private static IEnumerable<EventSpan> Spans(int from, int to, UmaskSet umasks, bool allowedByFirst) =>
        umasks.IsEmpty ? [] : UmaskCover.Of(umasks).Select(pattern => new EventSpan((ushort)from, (ushort)to, pattern.Match, pattern.Mask, allowedByFirst));

    private static UmaskSet Allowed(PmuEventFilter filter, int select) =>
        filter.Action == FilterAction.Allow ? filter.Listed[(ushort)select] : ~filter.Listed[(ushort)select];

    private static uint AllowedFixed(PmuEventFilter filter) => filter.Action == FilterAction.Allow ? filter.FixedCounters : ~filter.FixedCounters;
}
