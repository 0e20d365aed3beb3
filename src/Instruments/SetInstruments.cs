using System.Diagnostics.Metrics;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;

namespace Perfmon.Instruments;

/// <summary>How event sets take turns, as instruments.</summary>
internal static class SetInstruments
{
    public static void Create(Meter meter, CollectedSession session, EventSetSource source, IReadOnlyList<KeyValuePair<string, object?>> targetTags)
    {
        KeyValuePair<string, object?>[] tags = [.. targetTags];
        KeyValuePair<string, object?>[][] tagsOfSet = [.. source.Events.Count == 0 ? [] : Enumerable.Range(0, Sets(source)).Select(set => (KeyValuePair<string, object?>[])[new(SeriesTags.Set, set), .. targetTags])];

        OfSets<long>("runs", "{run}", "Turns that an event set has had.", (set, to, own) => to.Add(new((long)set.Runs, own)));
        OfSets<double>("active_time", "s", "For how long an event set was active: CPU time of threads, wall clock of CPUs.", (set, to, own) => to.Add(new(set.ActiveTime.TotalSeconds, own)));
        Counter("switches", "{switch}", "How often an event set gave way.", reading => reading.Switching.Switches);
        Counter("lost_slices", "{slice}", "Slices that nobody read in time. Totals have them all the same.", reading => reading.LostSlices);
        Gauge("uncovered_share", "Share of the time that passed between two sets; totals stand in for it.", reading => reading.UncoveredShare);
        Gauge(
            "agreement",
            "Probability that the sets differ as much as they do by chance: below 0.01 their estimates are not to be trusted.",
            reading => reading.Trust.Verdict == TrustVerdict.Unknown ? null : reading.Trust.Probability);

        void OfSets<T>(string name, string unit, string description, Action<EventSetResult, List<Measurement<T>>, KeyValuePair<string, object?>[]> add)
            where T : struct =>
            meter.CreateObservableCounter(
                Name(name),
                () => session.Collect<T>(
                    name,
                    to =>
                    {
                        foreach (var set in source.Reading!.Sets)
                        {
                            add(set, to, tagsOfSet[set.Id]);
                        }
                    }),
                unit,
                description);

        void Counter(string name, string unit, string description, Func<EventSetReading, ulong> value) =>
            meter.CreateObservableCounter(Name(name), () => session.Collect<long>(name, to => to.Add(new((long)value(source.Reading!), tags))), unit, description);

        void Gauge(string name, string description, Func<EventSetReading, double?> value) =>
            meter.CreateObservableGauge(
                Name(name),
                () => session.Collect<double>(
                    name,
                    to =>
                    {
                        if (value(source.Reading!) is { } known)
                        {
                            to.Add(new(known, tags));
                        }
                    }),
                "1",
                description);
    }

    private static string Name(string name) => $"{InstrumentName.Prefix}sets.{name}";

    private static int Sets(EventSetSource source) => ((EventSetSession)source.Session).Sets.Count;
}
