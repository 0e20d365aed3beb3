using System.Text;
using Perfmon.Events;
using Perfmon.Registers;

namespace Perfmon.BenchmarkDotNet.Planning;

/// <summary>
/// Which events count together: one set where all of them do, else as few as taking them in their order gives. Events that always find a place are in every set, so that
/// they are exact, and estimates can lean on them. A pure function of what fits.
/// </summary>
internal static class SetPacking
{
    /// <summary>The sets.</summary>
    /// <param name="events">What is to be counted, in the order of the names: neighbours come into the same set where they can.</param>
    /// <param name="fits">Whether events count at the same time.</param>
    public static IReadOnlyList<IReadOnlyList<EventRequest>> Pack(IReadOnlyList<EventRequest> events, Predicate<IReadOnlyList<EventRequest>> fits)
    {
        if (events.Count == 0)
        {
            return [];
        }

        var free = events.Where(HasAlwaysRoom).ToList();
        if (free.Count == events.Count || fits(events))
        {
            return [events];
        }

        var sets = new List<List<EventRequest>>();
        foreach (var unit in Units(events.Where(one => !HasAlwaysRoom(one))))
        {
            if (sets is [.., var last] && fits([.. free, .. last, .. unit]))
            {
                last.AddRange(unit);
            }
            else
            {
                sets.Add([.. unit]);
            }
        }

        return [.. sets.Select(set => (IReadOnlyList<EventRequest>)[.. free, .. set])];
    }

    /// <summary>A set as a list of names; those that stood in braces do again.</summary>
    public static string Text(IReadOnlyList<EventRequest> set)
    {
        var text = new StringBuilder();
        for (var i = 0; i < set.Count; i++)
        {
            var group = set[i].Group;
            var begins = group >= 0 && (i == 0 || set[i - 1].Group != group);
            var ends = group >= 0 && (i == set.Count - 1 || set[i + 1].Group != group);
            _ = text.Append(i > 0 ? "," : "").Append(begins ? "{" : "").Append(set[i].Name).Append(ends ? "}" : "");
        }

        return text.ToString();
    }

    // The kernel's software context has room for any number; breakpoints are in it, but need a debug register each.
    private static bool HasAlwaysRoom(EventRequest one) =>
        one.Selection.Type is EventType.Software or EventType.Tracepoint || one.Pmu is "msr" or "kprobe" or "uprobe";

    // What stood in one pair of braces stays together.
    private static IEnumerable<IReadOnlyList<EventRequest>> Units(IEnumerable<EventRequest> events)
    {
        var unit = new List<EventRequest>();
        foreach (var one in events)
        {
            if (unit is [.., var last] && (one.Group < 0 || one.Group != last.Group))
            {
                yield return unit;
                unit = [];
            }

            unit.Add(one);
        }

        if (unit.Count > 0)
        {
            yield return unit;
        }
    }
}
