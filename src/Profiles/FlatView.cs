using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>A table of one event: what has how much of it, the most first.</summary>
public sealed class FlatView
{
    private const string NoStack = "[no stack]";

    private FlatView(ProfileEvent profileEvent, EventTotal total, ProfileLosses losses, IReadOnlyList<FlatRow> rows, EventTotal omitted)
    {
        Event = profileEvent;
        Total = total;
        Losses = losses;
        Rows = rows;
        Omitted = omitted;
    }

    /// <summary>The event.</summary>
    public ProfileEvent Event { get; }

    /// <summary>All samples: what shares are of.</summary>
    public EventTotal Total { get; }

    /// <summary>What the profile does not have.</summary>
    public ProfileLosses Losses { get; }

    /// <summary>The rows, by self, then by total, then by name.</summary>
    public IReadOnlyList<FlatRow> Rows { get; }

    /// <summary>The self of the rows that were too small to be shown.</summary>
    public EventTotal Omitted { get; }

    /// <summary>The table of an event.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="profileEvent">The event, by its index.</param>
    /// <param name="key">What the rows are.</param>
    /// <param name="minShare">Rows whose total is a smaller part of the whole, 0 to 1, are left out.</param>
    /// <param name="threads">Which threads' samples to take; null for all.</param>
    /// <exception cref="PerfmonException">There is no such event.</exception>
    public static FlatView Of(
        Profile profile,
        int profileEvent = 0,
        FlatKey key = FlatKey.Function,
        double minShare = 0,
        Predicate<ProfileThread>? threads = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var nodes = profile.ByNode(profileEvent, threads);
        var total = nodes.Aggregate(default(EventTotal), EventTotal.Add);
        var all = key switch
        {
            FlatKey.Function => ByFrame(profile, nodes, frame => frame.Of, (of, row) => row with { Name = of.Label, Function = of }),
            FlatKey.Module => ByFrame(profile, nodes, frame => frame.Module, (of, row) => row with { Name = of.Length > 0 ? of : "[unknown]" }),
            FlatKey.Comm => ByThread(profile, profileEvent, threads, thread => thread.Comm, (of, row) => row with { Name = of }),
            _ => ByThread(profile, profileEvent, threads, thread => thread, (of, row) => row with { Name = of.ToString(), Thread = of }),
        };
        var shared = all.Select(row => row with { SelfShare = Share(row.Self, total), TotalShare = Share(row.Total, total) }).ToList();
        var rows = shared.Where(row => row.TotalShare >= minShare)
            .OrderByDescending(row => row.Self.Weight).ThenByDescending(row => row.Total.Weight).ThenBy(row => row.Name, StringComparer.Ordinal);
        var omitted = shared.Where(row => row.TotalShare < minShare).Aggregate(default(EventTotal), (sum, row) => sum + row.Self);
        return new FlatView(profile.Description.Events[profileEvent], total, profile.Losses, [.. rows], omitted);
    }

    /// <summary><paramref name="part"/>'s weight as a part of <paramref name="whole"/>'s; 0 where there is no weight at all.</summary>
    internal static double Share(EventTotal part, EventTotal whole) => whole.Weight == 0 ? 0 : (double)part.Weight / whole.Weight;

    private static IEnumerable<FlatRow> ByFrame<T>(Profile profile, EventTotal[] nodes, Func<ProfileFrame, T> keyOf, Func<T, FlatRow, FlatRow> named)
        where T : notnull
    {
        var groups = FrameGroups<T>.Of(profile.Stacks, keyOf);
        var sums = new RecursionFreeSums(profile.Stacks, groups.OfFrame, groups.Keys.Count, nodes);
        var rows = groups.Keys.Select((of, i) => named(of, Row(sums.Self[i], sums.Total[i])));
        return rows.Append(Row(nodes[StackTable.Empty], nodes[StackTable.Empty])).Where(row => row.Total.Samples > 0);
    }

    private static IEnumerable<FlatRow> ByThread<T>(
        Profile profile,
        int profileEvent,
        Predicate<ProfileThread>? threads,
        Func<ProfileThread, T> keyOf,
        Func<T, FlatRow, FlatRow> named)
        where T : notnull =>
        from cell in profile.Cells
        where cell.Event == profileEvent
        let thread = profile.Threads[cell.Thread]
        where threads?.Invoke(thread) != false
        group cell.Self by keyOf(thread) into cells
        let sum = cells.Aggregate(EventTotal.Add)
        select named(cells.Key, Row(sum, sum));

    private static FlatRow Row(EventTotal self, EventTotal total) =>
        new() { Name = NoStack, Self = self, Total = total, SelfShare = 0, TotalShare = 0 };
}
