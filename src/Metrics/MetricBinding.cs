using Perfmon.Events;
using Perfmon.Metrics.Expressions;

namespace Perfmon.Metrics;

/// <summary>
/// Which counted events serve the names of an expression. A name without modifiers is served by the event in any modes, and one without
/// a PMU by the event on any kind of core; but all of one metric are in the same modes and on the same PMU, so that one reading may serve
/// a metric several times. Events that cannot leave a mode out, such as clocks, serve in all. This is what perf's <c>evsel_context</c> does.
/// </summary>
internal sealed class MetricBinding
{
    private MetricBinding(string modes, string? pmu, int[] indices) => (Modes, Pmu, Indices) = (modes, pmu, indices);

    /// <summary>The modifiers in common; empty for none.</summary>
    public string Modes { get; }

    /// <summary>The PMU in common; null where the events are on none that has to be told apart.</summary>
    public string? Pmu { get; }

    /// <summary>For each name the index of the event that serves it; -1 where none does.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Whether every name is served.</summary>
    public bool IsComplete => !Indices.Contains(-1);

    /// <summary>Every way in which <paramref name="offered"/> may serve <paramref name="wanted"/>, incomplete ones too: one at least.</summary>
    /// <param name="wanted">The names of an expression.</param>
    /// <param name="offered">The events that are counted.</param>
    /// <param name="needsEveryMode">Whether events that leave a mode out do not serve.</param>
    public static IReadOnlyList<MetricBinding> Find(IReadOnlyList<EventName> wanted, IReadOnlyList<EventRequest> offered, bool needsEveryMode = false)
    {
        var candidates = offered.Select(Candidate.Of).ToList();
        var fitting = candidates.SelectMany(one => wanted.Where(name => one.IsSameEvent(name.Identity)), (one, name) => (name.Identity, one)).ToList();
        var modes = fitting
            .Where(pair => pair.Identity.Modes.Length == 0 && !pair.one.CountsInAnyMode && !needsEveryMode)
            .Select(pair => pair.one.Identity.Modes)
            .Distinct().OrderBy(some => some.Length > 0).DefaultIfEmpty("").ToList();
        var pmus = fitting
            .Where(pair => pair.one.Identity.Pmu != pair.Identity.Pmu)
            .Select(pair => pair.one.Identity.Pmu)
            .OfType<string>().Distinct().DefaultIfEmpty(null).ToList();
        return [.. from pmu in pmus from mode in modes select new MetricBinding(mode, pmu, [.. wanted.Select(name => Serve(name.Identity, candidates, mode, pmu))])];
    }

    // Of events that serve in any mode, the one with the modifiers of the others is nearest.
    private static int Serve(EventIdentity wanted, List<Candidate> candidates, string modes, string? pmu)
    {
        var needed = wanted.Modes.Length > 0 ? wanted.Modes : modes;
        var exact = candidates.FindIndex(one => Fits(one) && one.Identity.Modes == needed);
        return exact >= 0 || wanted.Modes.Length > 0 ? exact : candidates.FindIndex(one => Fits(one) && one.CountsInAnyMode);

        bool Fits(Candidate one) => one.IsSameEvent(wanted) && (one.Identity.Pmu is null || one.Identity.Pmu == wanted.Pmu || one.Identity.Pmu == pmu);
    }

    /// <summary>A counted event.</summary>
    private sealed record Candidate(EventIdentity Identity, bool CountsInAnyMode, bool IsOfCore)
    {
        public static Candidate Of(EventRequest request)
        {
            // A name that was given with name= may be anything.
            var identity = EventIdentity.Read(request.Name, out _) ?? new EventIdentity(request.Name, null, "", IsGeneric: false);
            return new(identity, identity.IsClock || !request.CanExclude, request.IsOfCore);
        }

        // A PMU outside the cores may have an event with a generic name too, which counts something else.
        public bool IsSameEvent(EventIdentity wanted) =>
            Identity.Name == wanted.Name
            && (Identity.Pmu is { } pmu ? (wanted.Pmu is null ? IsOfCore : wanted.IsOn(pmu)) : wanted.Pmu is null);
    }
}
