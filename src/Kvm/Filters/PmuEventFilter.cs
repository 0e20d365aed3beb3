using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>
/// Which events an x86 virtual machine's guest may count: <c>struct kvm_pmu_event_filter</c>, as KVM_SET_PMU_EVENT_FILTER takes it. It holds what the kernel
/// accepts and nothing else. Two filters are equal when their bytes are: <c>0xc4/0x20</c> and <c>raw 0x20c4</c> are one entry.
/// </summary>
public sealed partial class PmuEventFilter : IEquatable<PmuEventFilter>
{
    /// <summary>How many events the kernel takes: <c>KVM_PMU_EVENT_FILTER_MAX_EVENTS</c>; E2BIG beyond.</summary>
    public const int MostEvents = 300;

    private readonly FilterEvent[] _events;

    // Of a masked filter: a vendor with narrower selects refuses it.
    private readonly ushort _widestSelect;

    private PmuEventFilter(FilterAction action, FilterEncoding encoding, FilterEvent[] events, uint fixedCounters)
    {
        Action = action;
        Encoding = encoding;
        FixedCounters = fixedCounters;
        _events = events;
        _widestSelect = events.OfType<MaskedEvent>().Select(entry => entry.Select).DefaultIfEmpty().Max();
        Events = Array.AsReadOnly(events);
        Listed = ListedEvents.Of(events);
    }

    /// <summary>
    /// The filter that allows everything: deny, and nothing listed. The kernel has no call that takes a filter away; this one in its place does.
    /// </summary>
    public static PmuEventFilter AllowingEverything { get; } = new(FilterAction.Deny, FilterEncoding.Raw, [], 0);

    /// <summary>What is done with what is listed.</summary>
    public FilterAction Action { get; }

    /// <summary>How the events are encoded, all alike.</summary>
    public FilterEncoding Encoding { get; }

    /// <summary>The entries, in the order they were given; at most <see cref="MostEvents"/>. The order decides nothing.</summary>
    public IReadOnlyList<FilterEvent> Events { get; }

    /// <summary>The fixed counters that are listed: bit n is fixed counter n. The kernel: <c>fixed_counter_bitmap</c>.</summary>
    public uint FixedCounters { get; }

    internal ListedEvents Listed { get; }

    /// <summary>
    /// The filter of these entries: all masked, or none. What the kernel would refuse is refused, and so is what it would accept and drop.
    /// </summary>
    /// <param name="action">What is done with what is listed.</param>
    /// <param name="events">The entries. None is allowed: with deny that is <see cref="AllowingEverything"/> but for the fixed counters.</param>
    /// <param name="fixedCounters">The fixed counters that are listed: bit n is fixed counter n.</param>
    /// <param name="vendor">Whose machine the filter is for: Intel's selects have 8 bits, AMD's and Hygon's 12. Null: whoever has the widest.</param>
    /// <param name="keepDropped">Whether raw entries that the kernel accepts and drops stay; otherwise they are refused.</param>
    /// <exception cref="PerfmonException">The filter would be refused, or an entry dropped; the message names the entry.</exception>
    public static PmuEventFilter Create(
        FilterAction action, IEnumerable<FilterEvent> events, uint fixedCounters = 0, CpuVendor? vendor = null, bool keepDropped = false)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (action is not (FilterAction.Allow or FilterAction.Deny))
        {
            throw FilterErrors.NoSuchAction((uint)action);
        }

        var list = events.ToArray();
        var encoding = CommonEncoding(list);
        for (var index = 0; index < list.Length; index++)
        {
            ThrowIfImpossible(index, list[index], encoding, vendor, keepDropped);
        }

        return list.Length <= MostEvents ? new PmuEventFilter(action, encoding, list, fixedCounters) : throw FilterErrors.TooManyEvents(list.Length);
    }

    /// <summary>As in <c>allow 0xc4/0x20, raw 0x3c; fixed counters 0x00000003</c>.</summary>
    public override string ToString() =>
        $"{FilterWords.Name(Action)} {(_events.Length == 0 ? "no event" : string.Join(", ", (IEnumerable<FilterEvent>)_events))}; fixed counters 0x{FixedCounters:x8}";

    private static FilterEncoding CommonEncoding(FilterEvent[] events)
    {
        for (var index = 1; index < events.Length; index++)
        {
            if (events[index].Encoding != events[0].Encoding)
            {
                throw FilterErrors.MixedKinds(events, index);
            }
        }

        return events.Length == 0 ? FilterEncoding.Raw : events[0].Encoding;
    }

    private static void ThrowIfImpossible(int index, FilterEvent entry, FilterEncoding encoding, CpuVendor? vendor, bool keepDropped)
    {
        if (!entry.TryEncode(encoding, out var code, out var problem))
        {
            throw FilterErrors.Entry(index, entry, problem);
        }

        var impossible = code & EntryBits.Impossible(encoding, vendor);
        if (impossible != 0 && (encoding == FilterEncoding.Masked || !keepDropped))
        {
            throw FilterErrors.ImpossibleBits(index, entry, encoding, impossible, vendor);
        }
    }
}
