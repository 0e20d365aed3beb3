using Perfmon.BenchmarkDotNet.Counting;
using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Metrics;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Planning;

/// <summary>What of the options can be counted on this machine, and how: made once, before the first run.</summary>
internal sealed record EventPlan
{
    /// <summary>Everything that was asked for, in its order, and then what metrics need besides.</summary>
    public required IReadOnlyList<PlannedEvent> Events { get; init; }

    /// <summary>What is counted, as sets that count by turns; one set counts all the time.</summary>
    public required IReadOnlyList<IReadOnlyList<EventRequest>> Sets { get; init; }

    /// <summary>The metrics that have columns.</summary>
    public required IReadOnlyList<Metric> Metrics { get; init; }

    /// <summary>Texts of metrics that mean nothing, or whose events do not.</summary>
    public required IReadOnlyList<PerfmonException> MetricErrors { get; init; }

    /// <summary>How long a turn is.</summary>
    public required TimeSpan Turn { get; init; }

    /// <summary>Reads the names, asks the kernel about each event, and packs those it counts into sets.</summary>
    public static EventPlan Make(PerfmonDiagnoserOptions options)
    {
        var errors = new List<PerfmonException>();
        var metrics = (options.Metrics ?? []).SelectMany(text => Metrics(text, errors)).ToList();
        var events = options.Events.SelectMany((text, i) => Parse(text, i)).ToList();
        foreach (var needed in Needed(events, metrics, errors))
        {
            events.Add(EventTrial.Of(needed) with { IsForMetric = true });
        }

        var countable = events.Where(one => one.IsCountable).Select(one => one.Request!).ToList();
        return new EventPlan
        {
            Events = events,
            Sets = SetPacking.Pack(countable, EventTrial.Fits),
            Metrics = options.Metrics is null ? Automatic(events) : metrics,
            MetricErrors = errors,
            Turn = options.Turn,
        };

        static IReadOnlyList<Metric> Metrics(string text, List<PerfmonException> errors)
        {
            try
            {
                return MetricCatalogue.Parse(text);
            }
            catch (PerfmonException wrong)
            {
                errors.Add(wrong);
                return [];
            }
        }
    }

    /// <summary>What the process that runs a benchmark is asked to count.</summary>
    /// <param name="threads">Whose events.</param>
    /// <param name="isShared">Whether that process does something else besides.</param>
    public CountingRequest Request(BenchmarkThreads threads, bool isShared) => new(
        [.. Sets.Select(SetPacking.Text)],
        threads == BenchmarkThreads.All || (threads == BenchmarkThreads.Automatic && !isShared),
        Turn);

    // The index tells groups of different texts apart.
    private static IEnumerable<PlannedEvent> Parse(string text, int index)
    {
        var parsed = EventParser.Parse(text, HostDescription.Current);
        return parsed.IsSuccess
            ? parsed.Events.Select(one => EventTrial.Of(one.Group < 0 ? one : one with { Group = (index << 16) + one.Group }))
            : [new PlannedEvent(text, null, new PerfmonException(parsed.Error.Reason, parsed.Error.ToString()))];
    }

    private static IReadOnlyList<EventRequest> Needed(List<PlannedEvent> events, List<Metric> metrics, List<PerfmonException> errors)
    {
        var requests = events.Where(one => one.Request is not null).Select(one => one.Request!).ToList();
        try
        {
            return [.. MetricEvents.Complete(requests, metrics, HostDescription.Current).Skip(requests.Count)];
        }
        catch (PerfmonException wrong)
        {
            errors.Add(wrong);
            return [];
        }
    }

    // What stands beside a count in other tables too; a rate of the time says what the columns say anyway.
    private static IReadOnlyList<Metric> Automatic(List<PlannedEvent> events)
    {
        var asked = events.Where(one => one.Request is not null).Select(one => new EventCount(one.Request!, default)).ToList();
        return [.. MetricCatalogue.All.Where(metric =>
            metric is { Beside: not null, NeedsElapsed: false } && metric.Unit?.EndsWith("/s", StringComparison.Ordinal) != true
            && metric.Evaluate(asked).Events.Count == metric.Events.Count)];
    }
}
