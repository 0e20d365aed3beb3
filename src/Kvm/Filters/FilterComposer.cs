using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>Makes a filter, in canonical order, of what it must list.</summary>
internal static class FilterComposer
{
    /// <summary>The filter that lists exactly <paramref name="listed"/>, of few entries.</summary>
    /// <param name="action">What is done with what is listed.</param>
    /// <param name="listed">The events.</param>
    /// <param name="fixedCounters">The fixed counters.</param>
    /// <param name="encoding">The encoding; where raw entries would be too many, masked ones are tried.</param>
    /// <param name="like">Entries that list much the same: where they list the same of a select and in fewer entries, these stay.</param>
    /// <exception cref="PerfmonException">It takes more entries than a filter can have.</exception>
    public static PmuEventFilter Compose(
        FilterAction action, ListedEvents listed, uint fixedCounters, FilterEncoding encoding, IEnumerable<FilterEvent> like)
    {
        if (encoding == FilterEncoding.Raw && listed.Count <= PmuEventFilter.MostEvents)
        {
            return PmuEventFilter.Create(action, RawEvents(listed), fixedCounters);
        }

        var given = EntriesBySelect(like);
        var events = new List<FilterEvent>();
        foreach (var (select, umasks) in listed.Selects)
        {
            var entries = given.TryGetValue(select, out var own) && own.Listed == umasks ? own.Normal() : SelectEntries.Of(umasks);
            events.AddRange(entries.Events(select));
        }

        return events.Count <= PmuEventFilter.MostEvents
            ? PmuEventFilter.Create(action, events, fixedCounters)
            : throw FilterErrors.NotExpressible(action, listed, events.Count);
    }

    /// <summary>The filter in canonical order, without what does nothing.</summary>
    public static PmuEventFilter Normalise(PmuEventFilter filter, CpuVendor? vendor)
    {
        filter.ThrowIfRefused(vendor);
        return Compose(filter.Action, filter.Listed.UpTo(EntryBits.LastSelect(vendor)), filter.FixedCounters, filter.Encoding, filter.Events);
    }

    /// <summary>The filter in another encoding, entry by entry where each can be had in it.</summary>
    public static PmuEventFilter Encode(PmuEventFilter filter, FilterEncoding encoding, CpuVendor? vendor)
    {
        if (filter.Encoding == encoding || filter.Events.Count == 0)
        {
            return filter;
        }

        if (encoding == FilterEncoding.Masked)
        {
            var impossible = EntryBits.Impossible(FilterEncoding.Raw, vendor);
            var kept = filter.Events.Where(entry => (entry.Encode(FilterEncoding.Raw) & impossible) == 0).Select(entry => entry.As(FilterEncoding.Masked)!);
            return PmuEventFilter.Create(filter.Action, kept, filter.FixedCounters, vendor);
        }

        filter.ThrowIfRefused(vendor);
        var events = filter.Events.Select(entry => entry.As(FilterEncoding.Raw)).ToList();
        return events.Contains(null)
            ? PmuEventFilter.Create(filter.Action, RawEvents(filter.Listed), filter.FixedCounters, vendor)
            : PmuEventFilter.Create(filter.Action, events!, filter.FixedCounters, vendor);
    }

    private static IEnumerable<FilterEvent> RawEvents(ListedEvents listed) =>
        from ofSelect in listed.Selects
        from umask in ofSelect.Value.Umasks()
        select new SelectUmaskEvent(ofSelect.Key, umask);

    private static Dictionary<ushort, SelectEntries> EntriesBySelect(IEnumerable<FilterEvent> events) =>
        (from code in events.Select(entry => entry.Kept).OfType<ulong>()
         group code by EntryBits.SelectOf(code)).ToDictionary(
            codes => codes.Key,
            codes => new SelectEntries(Patterns(codes, exclude: false), Patterns(codes, exclude: true)));

    private static List<UmaskPattern> Patterns(IEnumerable<ulong> codes, bool exclude) =>
    [
        .. from code in codes
           where (code & EntryBits.Exclude) != 0 == exclude
           select new UmaskPattern(EntryBits.UmaskOf(code), EntryBits.MaskOf(code)),
    ];
}
