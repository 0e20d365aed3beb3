using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>One filter in place of two. A virtual machine has one filter, and a second one replaces it.</summary>
internal static class FilterMerge
{
    /// <summary>The filter that allows what both allow.</summary>
    // Allow A and allow B: allow what both list. Deny A and deny B: deny what either lists. Allow A and deny B: allow what A lists and B does not.
    public static PmuEventFilter Both(PmuEventFilter a, PmuEventFilter b, CpuVendor? vendor) => (a.Action, b.Action) switch
    {
        (FilterAction.Allow, FilterAction.Allow) => Compose(FilterAction.Allow, a, b, vendor, a.Listed.And(b.Listed), a.FixedCounters & b.FixedCounters),
        (FilterAction.Deny, FilterAction.Deny) => Compose(FilterAction.Deny, a, b, vendor, a.Listed.Or(b.Listed), a.FixedCounters | b.FixedCounters),
        (FilterAction.Allow, _) => Compose(FilterAction.Allow, a, b, vendor, a.Listed.Without(b.Listed), a.FixedCounters & ~b.FixedCounters),
        _ => Both(b, a, vendor),
    };

    /// <summary>The filter that allows what either allows.</summary>
    // By De Morgan: to deny what both deny.
    public static PmuEventFilter Either(PmuEventFilter a, PmuEventFilter b, CpuVendor? vendor) => (a.Action, b.Action) switch
    {
        (FilterAction.Allow, FilterAction.Allow) => Compose(FilterAction.Allow, a, b, vendor, a.Listed.Or(b.Listed), a.FixedCounters | b.FixedCounters),
        (FilterAction.Deny, FilterAction.Deny) => Compose(FilterAction.Deny, a, b, vendor, a.Listed.And(b.Listed), a.FixedCounters & b.FixedCounters),
        (FilterAction.Deny, _) => Compose(FilterAction.Deny, a, b, vendor, a.Listed.Without(b.Listed), a.FixedCounters & ~b.FixedCounters),
        _ => Either(b, a, vendor),
    };

    /// <summary>The two lists as one, where the action is the same; otherwise what both allow.</summary>
    /// <exception cref="PerfmonException">It takes more entries than a filter can have.</exception>
    public static PmuEventFilter Merge(PmuEventFilter a, PmuEventFilter b, CpuVendor? vendor) =>
        a.Action == FilterAction.Allow && b.Action == FilterAction.Allow ? Either(a, b, vendor) : Both(a, b, vendor);

    private static PmuEventFilter Compose(
        FilterAction action, PmuEventFilter a, PmuEventFilter b, CpuVendor? vendor, ListedEvents listed, uint fixedCounters)
    {
        a.ThrowIfRefused(vendor);
        b.ThrowIfRefused(vendor);
        var encoding = a.Encoding == FilterEncoding.Raw && b.Encoding == FilterEncoding.Raw ? FilterEncoding.Raw : FilterEncoding.Masked;
        return FilterComposer.Compose(action, listed.UpTo(EntryBits.LastSelect(vendor)), fixedCounters, encoding, a.Events.Concat(b.Events));
    }
}
