using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

// hit     = some include entry has the select and (umask & mask) == match, and no exclude entry of that select does
// general = ALLOW ? hit : !hit
// fixed i = ALLOW ? bitmap bit i : !(bitmap bit i)
public sealed partial class PmuEventFilter
{
    /// <summary>Whether the filter lets a guest of a machine of <paramref name="vendor"/> count <paramref name="guestEvent"/>, and why.</summary>
    /// <exception cref="PerfmonException">
    /// The event is Arm's, or its select wider than the vendor's; or the kernel of such a machine would refuse this filter.
    /// </exception>
    public FilterDecision Decide(GuestEvent guestEvent, CpuVendor vendor) => new FilterExplainer(this, guestEvent, Allows(guestEvent, vendor), vendor).Decision;

    /// <summary>As <see cref="Decide"/>, without the reasons.</summary>
    /// <exception cref="PerfmonException">As of <see cref="Decide"/>.</exception>
    public bool Allows(GuestEvent guestEvent, CpuVendor vendor)
    {
        var lastSelect = EntryBits.LastSelect(vendor);
        if (guestEvent.Kind == GuestEventKind.Arm)
        {
            throw FilterErrors.ArmEvent(guestEvent);
        }

        if (guestEvent.Select > lastSelect)
        {
            throw FilterErrors.SelectBeyond(guestEvent, vendor);
        }

        ThrowIfRefused(vendor);
        return Lists(guestEvent) == (Action == FilterAction.Allow);
    }

    /// <summary>Whether the entries, or the bitmap, have the event.</summary>
    internal bool Lists(GuestEvent guestEvent) => guestEvent.Kind == GuestEventKind.Fixed
        ? (FixedCounters >> guestEvent.Counter & 1) != 0
        : Listed[guestEvent.Select].Contains(guestEvent.Umask);

    /// <exception cref="PerfmonException">The kernel of a machine of this vendor takes no such filter.</exception>
    internal void ThrowIfRefused(CpuVendor? vendor)
    {
        if (Encoding == FilterEncoding.Masked && _widestSelect > EntryBits.LastSelect(vendor))
        {
            var index = Array.FindIndex(_events, entry => ((MaskedEvent)entry).Select > EntryBits.LastSelect(vendor));
            throw FilterErrors.ImpossibleBits(
                index, _events[index], Encoding, _events[index].Encode(Encoding) & EntryBits.Impossible(Encoding, vendor), vendor);
        }
    }
}
