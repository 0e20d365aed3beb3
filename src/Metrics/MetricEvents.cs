using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Metrics.Expressions;

namespace Perfmon.Metrics;

/// <summary>Which events must be counted for metrics, on a machine.</summary>
public static class MetricEvents
{
    /// <summary>
    /// <paramref name="counted"/>, and behind them what the metrics need besides: in the modes and on the kind of core of those that are
    /// counted, so that <c>cycles:u</c> is completed by <c>instructions:u</c>.
    /// </summary>
    /// <exception cref="PerfmonException">The machine has no event of a name; the message shows where it stands in the metric.</exception>
    public static IReadOnlyList<EventRequest> Complete(IReadOnlyList<EventRequest> counted, IEnumerable<Metric> metrics, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(counted);
        ArgumentNullException.ThrowIfNull(metrics);
        var all = counted.ToList();
        foreach (var metric in metrics)
        {
            // What completes one binding may complete the next: a clock serves all of them.
            var done = new HashSet<(string, string?)>();
            while (MetricBinding.Find(metric.EventNames, all, metric.NeedsEveryMode)
                .FirstOrDefault(one => !one.IsComplete && done.Add((one.Modes, one.Pmu))) is { } binding)
            {
                all.AddRange(binding.Indices
                    .Select((index, i) => (index, Name: metric.EventNames[i]))
                    .Where(pair => pair.index < 0)
                    .SelectMany(pair => Parse(pair.Name, binding, host)));
            }
        }

        return all;
    }

    /// <summary>Those of the metric's events that <paramref name="host"/> cannot count: it does not know them, lacks the PMU, or its CPU lacks the event.</summary>
    public static IReadOnlyList<string> MissingOn(HostDescription host, Metric metric)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(metric);
        return [.. metric.Events.Where(name => EventParser.Parse(name, host) is not { IsSuccess: true } parsed || parsed.Events.Any(one => one.Futility is not null || NeedsCore(one, host)))];
    }

    private static bool NeedsCore(EventRequest request, HostDescription host) =>
        request.IsOfCore && host.Pmus.CorePmus.Count == 0;

    private static IReadOnlyList<EventRequest> Parse(EventName name, MetricBinding binding, HostDescription host)
    {
        var identity = name.Identity;
        var text = binding.Pmu is { } pmu && (identity.Pmu is null ? identity.IsGeneric : identity.Pmu != pmu && identity.IsOn(pmu))
            ? $"{pmu}/{identity.Name}/{(identity.Modes.Length > 0 ? $":{identity.Modes}" : "")}"
            : name.Text;
        var plain = ParseOrThrow(text, name.Place, host);
        return binding.Modes.Length == 0 || identity.Modes.Length > 0 || identity.IsClock || plain.Any(one => !one.CanExclude)
            ? plain
            : ParseOrThrow($"{text}:{binding.Modes}", name.Place, host);
    }

    private static IReadOnlyList<EventRequest> ParseOrThrow(string text, SourceText place, HostDescription host)
    {
        var parsed = EventParser.Parse(text, host);
        if (parsed.IsSuccess)
        {
            return parsed.Events;
        }

        var error = place.Error(parsed.Error.Message, parsed.Error.Suggestion, parsed.Error.Reason);
        throw new PerfmonException(error.Reason, error.ToString());
    }
}
