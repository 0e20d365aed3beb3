using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>Says which entry, or which default, made a filter's decision about an event.</summary>
internal sealed class FilterExplainer(PmuEventFilter filter, GuestEvent guestEvent, bool allowed, CpuVendor vendor)
{
    public FilterDecision Decision => guestEvent.Kind == GuestEventKind.Fixed ? OfFixedCounter() : OfEntries();

    private string Action => FilterWords.Name(filter.Action);

    private string Default => filter.Action == FilterAction.Allow
        ? "an allow filter denies what it does not list"
        : "a deny filter allows what it does not list";

    private FilterDecision OfFixedCounter()
    {
        var state = filter.Lists(guestEvent) ? "set" : "clear";
        var rule = filter.Lists(guestEvent) ? $"the action is {Action}" : Default;
        return new FilterDecision(
            allowed, $"Bit {guestEvent.Counter} of the fixed counter bitmap 0x{filter.FixedCounters:x8} is {state}, and {rule}; a fixed counter's event is not looked at.");
    }

    private FilterDecision OfEntries()
    {
        var include = Find(exclude: false);
        var exclude = Find(exclude: true);
        return new FilterDecision(allowed, $"{FilterWords.Sentence(Reason(include, exclude))}.{DroppedEntry()}") { Entry = include, ExcludingEntry = exclude };
    }

    private string Reason(int? include, int? exclude)
    {
        if (include is null)
        {
            return $"{Absence(exclude)}, and {Default}";
        }

        var entry = FilterWords.Entry(include.Value, filter.Events[include.Value]);
        return exclude is null
            ? $"{entry} lists {guestEvent}{(filter.Encoding == FilterEncoding.Masked ? " and no entry excludes it" : "")}; the action is {Action}"
            : $"{entry} includes {guestEvent}, but {FilterWords.Entry(exclude.Value, filter.Events[exclude.Value])} excludes it again, and {Default}";
    }

    private string Absence(int? exclude)
    {
        var ofSelect = filter.Events.Where(entry => entry.Kept is { } code && EntryBits.SelectOf(code) == guestEvent.Select).ToList();
        return filter.Events.Count == 0 ? "the filter has no entries"
            : ofSelect.Count == 0 ? $"no entry has select {FilterWords.Hex(guestEvent.Select)}"
            : exclude is not null ? $"no entry includes {guestEvent}, which {FilterWords.Entry(exclude.Value, filter.Events[exclude.Value])} excludes without effect"
            : ofSelect.TrueForAll(IsExclude) ? $"select {FilterWords.Hex(guestEvent.Select)} has only entries that exclude, which list nothing"
            : $"no entry of select {FilterWords.Hex(guestEvent.Select)} includes umask {FilterWords.Hex(guestEvent.Umask)}";
    }

    // The kernel drops an entry with bits that no event has; who wrote one meant an event all the same, most likely this one.
    private string DroppedEntry()
    {
        for (var index = 0; index < filter.Events.Count; index++)
        {
            if (filter.Events[index] is RawEvent { Code: var code } entry
                && (code & EntryBits.Impossible(FilterEncoding.Raw, vendor)) is not 0 and var impossible
                && EntryBits.SelectOf(code) == guestEvent.Select && EntryBits.UmaskOf(code) == guestEvent.Umask)
            {
                return $" The kernel drops {FilterWords.Entry(index, entry)}. {FilterWords.MeanNothing(impossible, FilterEncoding.Raw, vendor)}";
            }
        }

        return "";
    }

    private int? Find(bool exclude)
    {
        for (var index = 0; index < filter.Events.Count; index++)
        {
            var entry = filter.Events[index];
            if (IsExclude(entry) == exclude && entry.Kept is { } code && EntryBits.SelectOf(code) == guestEvent.Select
                && UmaskSet.Matching(EntryBits.UmaskOf(code), EntryBits.MaskOf(code)).Contains(guestEvent.Umask))
            {
                return index;
            }
        }

        return null;
    }

    private static bool IsExclude(FilterEvent entry) => entry is MaskedEvent { Exclude: true };
}
