namespace Perfmon.Kvm.Filters;

/// <summary>Looks for what the kernel accepts of a filter for Arm guests although it is surely not meant.</summary>
internal sealed class ArmFilterReview(ArmEventFilter filter)
{
    private readonly List<FilterNotice> _notices = [];

    public IReadOnlyList<FilterNotice> Notices()
    {
        var overwritten = Overwritten();
        var seen = new Dictionary<ArmEventRange, int>();
        var allowed = new bool[(int)ArmEventSpace.Bits16];
        Array.Fill(allowed, filter.Default == FilterAction.Allow);
        for (var index = 0; index < filter.Ranges.Count; index++)
        {
            var range = filter.Ranges[index];
            var written = allowed.AsSpan(range.First, range.Count);
            var changes = written.Contains(range.Action != FilterAction.Allow);
            written.Fill(range.Action == FilterAction.Allow);
            LookAt(index, overwritten[index], changes, seen.TryGetValue(range, out var same) ? same : null);
            seen[range] = index;
        }

        return _notices;
    }

    private void LookAt(int index, bool overwritten, bool changes, int? same)
    {
        var range = filter.Ranges[index];
        var name = $"Range {index} ({range})";
        var first = index == 0 ? $"; as the first range it still makes {FilterText.Name(filter.Default)} the default" : "";
        if (range.Count == 1 && ArmEventFilter.IsUnfiltered(range.First))
        {
            Add(FilterNoticeKind.NotFiltered, index, $"{name} is for {ArmEventFilter.NameOf(range.First)} alone, which the kernel does not filter{first}.");
        }
        else if (!changes && same is not null)
        {
            Add(FilterNoticeKind.Duplicate, index, $"{name} repeats range {same}.");
        }
        else if (!changes)
        {
            var done = range.Action == FilterAction.Allow ? "allowed" : "denied";
            Add(FilterNoticeKind.Superfluous, index, $"{name} does nothing: its events are {done} without it.");
        }
        else if (overwritten)
        {
            Add(FilterNoticeKind.Overwritten, index, $"{name} decides about none of its events: later ranges have them all{first}.");
        }
    }

    private void Add(FilterNoticeKind kind, int index, string text) => _notices.Add(new FilterNotice(kind, index, text));

    /// <summary>Of each range, whether later ones have all of its events.</summary>
    private bool[] Overwritten()
    {
        var later = new bool[(int)ArmEventSpace.Bits16];
        var overwritten = new bool[filter.Ranges.Count];
        for (var index = overwritten.Length - 1; index >= 0; index--)
        {
            var events = later.AsSpan(filter.Ranges[index].First, filter.Ranges[index].Count);
            overwritten[index] = !events.Contains(false);
            events.Fill(true);
        }

        return overwritten;
    }
}
