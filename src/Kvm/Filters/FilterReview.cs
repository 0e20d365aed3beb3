using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>Looks for what the kernel accepts of a filter although it is surely not meant.</summary>
internal sealed class FilterReview
{
    // KVM gives guests no more than these of Intel's fixed counters (KVM_MAX_NR_INTEL_FIXED_COUNTERS, as of Linux 6.18).
    private const int FixedCountersOfGuests = 3;

    private readonly PmuEventFilter _filter;
    private readonly CpuVendor _vendor;
    private readonly List<FilterNotice> _notices = [];

    // Of each entry, as the kernel keeps it: null where it drops it.
    private readonly ulong?[] _kept;

    public FilterReview(PmuEventFilter filter, CpuVendor vendor)
    {
        filter.ThrowIfRefused(vendor);
        _filter = filter;
        _vendor = vendor;
        var impossible = EntryBits.Impossible(FilterEncoding.Masked, vendor);
        _kept = [.. filter.Events.Select(entry => entry.Kept is { } code && (code & impossible) == 0 ? entry.Kept : null)];
    }

    public IReadOnlyList<FilterNotice> Notices()
    {
        for (var index = 0; index < _filter.Events.Count; index++)
        {
            LookAtEntry(index);
        }

        LookAtFixedCounters();
        LookAtWhole();
        return _notices;
    }

    private static bool Excludes(ulong code) => (code & EntryBits.Exclude) != 0;

    private static UmaskSet Umasks(ulong code) => UmaskSet.Matching(EntryBits.UmaskOf(code), EntryBits.MaskOf(code));

    private string Entry(int index) => FilterWords.Sentence(FilterWords.Entry(index, _filter.Events[index]));

    private void Add(FilterNoticeKind kind, int? index, string text) => _notices.Add(new FilterNotice(kind, index, text));

    private void LookAtEntry(int index)
    {
        if (_kept[index] is not { } code)
        {
            var impossible = _filter.Events[index].Encode(FilterEncoding.Raw) & EntryBits.Impossible(FilterEncoding.Raw, _vendor);
            Add(FilterNoticeKind.Dropped, index, $"The kernel drops {FilterWords.Entry(index, _filter.Events[index])}. {FilterWords.MeanNothing(impossible, FilterEncoding.Raw, _vendor)}");
            return;
        }

        if (Umasks(code).IsEmpty)
        {
            var outside = EntryBits.UmaskOf(code) & ~EntryBits.MaskOf(code);
            Add(
                FilterNoticeKind.NeverMatches, index,
                $"{Entry(index)} matches no umask: {FilterWords.Hex(outside)} of match {FilterWords.Hex(EntryBits.UmaskOf(code))} is outside mask {FilterWords.Hex(EntryBits.MaskOf(code))}.");
        }
        else if (Array.IndexOf(_kept, code) is var first && first < index)
        {
            Add(FilterNoticeKind.Duplicate, index, $"{Entry(index)} repeats entry {first}.");
        }
        else if (Excludes(code))
        {
            LookAtExclude(index, code);
        }
        else
        {
            LookAtInclude(index, code);
        }
    }

    private void LookAtExclude(int index, ulong code)
    {
        var included = Union(code, excluding: false, except: null);
        if (included.IsEmpty)
        {
            Add(
                FilterNoticeKind.ExcludesNothing, index,
                $"{Entry(index)} excludes from nothing: no entry includes events of select {FilterWords.Hex(EntryBits.SelectOf(code))}, and an entry that excludes lists none.");
        }
        else if ((included & Umasks(code)).IsEmpty)
        {
            Add(FilterNoticeKind.ExcludesNothing, index, $"{Entry(index)} excludes only events that no entry includes.");
        }
        else
        {
            LookForCover(index, code);
        }
    }

    private void LookAtInclude(int index, ulong code)
    {
        if (Union(code, excluding: true, except: null).Covers(Umasks(code)))
        {
            Add(FilterNoticeKind.WhollyExcluded, index, $"{Entry(index)} includes only events that others exclude: it lists nothing.");
        }
        else
        {
            LookForCover(index, code);
        }
    }

    private void LookForCover(int index, ulong code)
    {
        var verb = Excludes(code) ? "exclude" : "include";
        var cover = Array.FindIndex(
            _kept, other => other is { } wide && wide != code && Excludes(wide) == Excludes(code)
                && EntryBits.SelectOf(wide) == EntryBits.SelectOf(code) && Umasks(wide).Covers(Umasks(code)));
        if (cover >= 0)
        {
            Add(
                FilterNoticeKind.Superfluous, index,
                $"{Entry(index)} does nothing: {FilterWords.Entry(cover, _filter.Events[cover])} {verb}s all of its events already.");
        }
        else if (Union(code, Excludes(code), except: index).Covers(Umasks(code)))
        {
            Add(FilterNoticeKind.Superfluous, index, $"{Entry(index)} does nothing: other entries together {verb} all of its events.");
        }
    }

    /// <summary>The umasks that entries of the same select include, or exclude.</summary>
    private UmaskSet Union(ulong like, bool excluding, int? except)
    {
        UmaskSet union = default;
        for (var index = 0; index < _kept.Length; index++)
        {
            if (index != except && _kept[index] is { } code && Excludes(code) == excluding && EntryBits.SelectOf(code) == EntryBits.SelectOf(like))
            {
                union |= Umasks(code);
            }
        }

        return union;
    }

    private void LookAtFixedCounters()
    {
        if (_vendor is CpuVendor.Amd or CpuVendor.Hygon)
        {
            if (_filter.FixedCounters is not (0 or uint.MaxValue))
            {
                Add(FilterNoticeKind.NoSuchFixedCounter, null, $"The fixed counter bitmap 0x{_filter.FixedCounters:x8} does nothing: {FilterWords.Name(_vendor)} CPUs have no fixed counters.");
            }

            return;
        }

        // All ones means "all there are", and says so without fail on a later kernel.
        var beyond = _filter.FixedCounters & (uint.MaxValue << FixedCountersOfGuests);
        if (beyond != 0 && beyond != uint.MaxValue << FixedCountersOfGuests)
        {
            Add(
                FilterNoticeKind.NoSuchFixedCounter, null,
                $"{FilterWords.Bits(beyond)} of the fixed counter bitmap 0x{_filter.FixedCounters:x8} {FilterWords.DoNothing(beyond)}: guests have fixed counters 0 to {FixedCountersOfGuests - 1}.");
        }

        Compare(0, GuestEvent.Programmable(0xc0, 0x00), "retired instructions");
        Compare(1, GuestEvent.Programmable(0x3c, 0x00), "core cycles");
    }

    private void Compare(int counter, GuestEvent twin, string what)
    {
        var allowsCounter = _filter.Allows(GuestEvent.Fixed(counter), _vendor);
        var allowsEvent = _filter.Allows(twin, _vendor);
        if (allowsCounter != allowsEvent && (_filter.Lists(twin) || _filter.Lists(GuestEvent.Fixed(counter))))
        {
            Add(
                FilterNoticeKind.FixedCounterDisagrees, null,
                allowsCounter
                    ? $"{twin} is denied, but fixed counter {counter}, which counts the same ({what}), is allowed."
                    : $"{twin} is allowed, but fixed counter {counter}, which counts the same ({what}) and which guests prefer, is denied: it stays 0.");
        }
    }

    private void LookAtWhole()
    {
        var nothing = _filter.Listed.UpTo(EntryBits.LastSelect(_vendor)).Count == 0;
        if (nothing && _filter.Action == FilterAction.Allow)
        {
            Add(FilterNoticeKind.ListsNothing, null, "The filter lists no event, and its action is allow: every event of programmable counters is denied.");
        }
        else if (nothing && _filter.Events.Count > 0)
        {
            Add(FilterNoticeKind.ListsNothing, null, "The entries list no event, and the action is deny: every event of programmable counters is allowed.");
        }
    }
}
