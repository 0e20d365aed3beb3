using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Metrics;
using Perfmon.Sets;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>Which sets have the events of metrics.</summary>
internal static class MetricSets
{
    /// <summary>
    /// <paramref name="sets"/> with what the metrics need besides: in the set that has most of a metric's events already, so that it is made of counts of the same
    /// time, and in a further set where none has any.
    /// </summary>
    public static IReadOnlyList<EventSet> Complete(IReadOnlyList<EventSet> sets, IReadOnlyList<Metric> metrics)
    {
        var all = sets.ToList();
        foreach (var metric in metrics)
        {
            var missing = Missing([.. all.SelectMany(set => set.Events)], metric);
            if (missing.Count == 0)
            {
                continue;
            }

            var nearest = Enumerable.Range(0, all.Count).MinBy(i => Missing(all[i].Events, metric).Count);
            if (Missing(all[nearest].Events, metric).Count < Missing([], metric).Count)
            {
                all[nearest] = all[nearest] with { Events = [.. all[nearest].Events, .. missing] };
            }
            else
            {
                all.Add(new EventSet(missing));
            }
        }

        return all;
    }

    private static List<EventRequest> Missing(IReadOnlyList<EventRequest> events, Metric metric) =>
        [.. MetricEvents.Complete(events, [metric], HostDescription.Current).Skip(events.Count)];
}
