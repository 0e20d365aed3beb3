namespace Perfmon.Kvm.Filters;

/// <summary>Looks for what the kernel accepts of a filter for Arm guests although it is surely not meant.</summary>
internal sealed class ArmFilterReview(ArmEventFilter filter)
{
    private readonly List<FilterNotice> _notices = [];

    public IReadOnlyList<FilterNotice> Notices()
    {
        var changes = Changes();
        var overwritten = Overwritten(changes);
        var seen = new Dictionary<ArmEventRange, int>();
        for (var index = 0; index < filter.Ranges.Count; index++)
        {
            LookAt(index, overwritten[index], changes[index], seen.TryGetValue(filter.Ranges[index], out var same) ? same : null);
            seen[filter.Ranges[index]] = index;
        }

        return _notices;
    }

    private void LookAt(int index, bool overwritten, bool changes, int? same)
    {
        var range = filter.Ranges[index];
        var name = $"Range {index} ({range})";
        var first = index == 0 ? $"; as the first range it still makes {FilterWords.Name(filter.Default)} the default" : "";
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

    /// <summary>Of each range, whether it changes anything when it is written.</summary>
    private bool[] Changes()
    {
        var allowed = new bool[(int)ArmEventSpace.Bits16];
        Array.Fill(allowed, filter.Default == FilterAction.Allow);
        return [.. filter.Ranges.Select(range =>
        {
            var events = allowed.AsSpan(range.First, range.Count);
            var changes = events.Contains(range.Action != FilterAction.Allow);
            events.Fill(range.Action == FilterAction.Allow);
            return changes;
        })];
    }

    /// <summary>Of each range, whether later ones that change anything have all of its events.</summary>
    private bool[] Overwritten(bool[] changes)
    {
        var later = new bool[(int)ArmEventSpace.Bits16];
        var overwritten = new bool[filter.Ranges.Count];
        for (var index = overwritten.Length - 1; index >= 0; index--)
        {
            var events = later.AsSpan(filter.Ranges[index].First, filter.Ranges[index].Count);
            overwritten[index] = !events.Contains(false);
            if (changes[index])
            {
                events.Fill(true);
            }
        }

        return overwritten;
    }
}
