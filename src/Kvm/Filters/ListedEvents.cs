namespace Perfmon.Kvm.Filters;

/// <summary>
/// What a filter's entries list, select by select: the umasks that some entry includes and none excludes. What the list is for, to allow or to deny, is not
/// in it.
/// </summary>
internal sealed class ListedEvents
{
    private readonly SortedDictionary<ushort, UmaskSet> _bySelect;

    private ListedEvents(SortedDictionary<ushort, UmaskSet> bySelect) => _bySelect = bySelect;

    /// <summary>The selects of which something is listed, in order, each with its umasks.</summary>
    public IEnumerable<KeyValuePair<ushort, UmaskSet>> Selects => _bySelect;

    /// <summary>How many events are listed.</summary>
    public int Count => _bySelect.Values.Sum(umasks => umasks.Count);

    /// <summary>The umasks of <paramref name="select"/> that are listed.</summary>
    public UmaskSet this[ushort select] => _bySelect.GetValueOrDefault(select);

    public static ListedEvents Of(IEnumerable<FilterEvent> events)
    {
        var included = new SortedDictionary<ushort, UmaskSet>();
        var excluded = new Dictionary<ushort, UmaskSet>();
        foreach (var code in events.Select(entry => entry.Kept).OfType<ulong>())
        {
            var select = EntryBits.SelectOf(code);
            var umasks = UmaskSet.Matching(EntryBits.UmaskOf(code), EntryBits.MaskOf(code));
            IDictionary<ushort, UmaskSet> list = (code & EntryBits.Exclude) != 0 ? excluded : included;
            list.TryGetValue(select, out var before);
            list[select] = before | umasks;
        }

        return Combine(included.Keys, select => included[select].Without(excluded.GetValueOrDefault(select)));
    }

    /// <summary>Both lists as one.</summary>
    public ListedEvents Or(ListedEvents other) => Combine(_bySelect.Keys.Union(other._bySelect.Keys), select => this[select] | other[select]);

    /// <summary>What both lists have.</summary>
    public ListedEvents And(ListedEvents other) => Combine(_bySelect.Keys, select => this[select] & other[select]);

    /// <summary>What this list has and the other has not.</summary>
    public ListedEvents Without(ListedEvents other) => Combine(_bySelect.Keys, select => this[select].Without(other[select]));

    /// <summary>What is listed of selects up to <paramref name="lastSelect"/>.</summary>
    public ListedEvents UpTo(ushort lastSelect) => Combine(_bySelect.Keys.Where(select => select <= lastSelect), select => this[select]);

    private static ListedEvents Combine(IEnumerable<ushort> selects, Func<ushort, UmaskSet> umasks)
    {
        var bySelect = new SortedDictionary<ushort, UmaskSet>();
        foreach (var select in selects)
        {
            if (umasks(select) is { IsEmpty: false } listed)
            {
                bySelect.Add(select, listed);
            }
        }

        return new ListedEvents(bySelect);
    }
}
