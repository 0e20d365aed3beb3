using Perfmon.BenchmarkDotNet.Planning;
using Perfmon.Metrics;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>What a benchmark's events and metrics came to: a pure function of what was planned and what its process reported.</summary>
internal sealed record BenchmarkCounts
{
    private const double Normal = 1.959964;

    /// <summary>Every event of the plan, in its order.</summary>
    public required IReadOnlyList<EventPerOperation> Events { get; init; }

    /// <summary>Every metric's values: several, where the events were counted in modes apart.</summary>
    public required IReadOnlyList<MetricValue> Metrics { get; init; }

    /// <summary>What the process reported.</summary>
    public required CountingReport Report { get; init; }

    public static BenchmarkCounts Of(EventPlan plan, CountingReport report)
    {
        var counted = plan.Events.Select(one => (Event: one, Total: Total(one, report))).ToList();
        var reading = counted.Where(pair => pair.Event.Request is not null).Select(pair => pair.Total.AsCount(pair.Event)).ToList();
        var elapsed = report.Workload.Elapsed - (report.Overhead.Iterations == 0 ? TimeSpan.Zero
            : report.Overhead.Elapsed * ((double)report.Workload.Iterations / report.Overhead.Iterations));
        return new BenchmarkCounts
        {
            Events = [.. counted.Select(pair => pair.Total.PerOperation(pair.Event, report.Workload.Operations))],
            Metrics = [.. plan.Metrics.SelectMany(metric => metric.EvaluateAll(reading, elapsed))],
            Report = report,
        };
    }

    private static PhaseTotal Total(PlannedEvent one, CountingReport report)
    {
        if (one.Refusal?.Message is { } refusal)
        {
            return PhaseTotal.None(refusal);
        }

        if (report.Problem is { } problem)
        {
            return PhaseTotal.None(problem);
        }

        if (report.Workload.Find(one.Name) is not { } workload)
        {
            return PhaseTotal.None("the process that ran the benchmark did not count it");
        }

        if (workload.State == CountState.NotCounted)
        {
            return PhaseTotal.None(workload.Reason ?? "it was not counted");
        }

        // BenchmarkDotNet takes the empty iterations' time off likewise. What was not counted in them is unknown, and nothing is taken off then.
        var overhead = report.Overhead is { Iterations: > 0 } empty && empty.Find(one.Name) is { State: not CountState.NotCounted } some ? some : null;
        var times = overhead is null ? 0 : (double)report.Workload.Iterations / report.Overhead.Iterations;
        var error = overhead is null ? workload.StandardError
            : Math.Sqrt(Square(workload.StandardError) + Square(times * overhead.StandardError));
        return new PhaseTotal(
            workload.State == CountState.Estimated || overhead?.State == CountState.Estimated ? CountState.Estimated : CountState.Counted,
            Math.Max(0, workload.Value - (times * (overhead?.Value ?? 0))),
            double.IsNaN(error ?? double.NaN) ? null : error,
            workload.Reason ?? overhead?.Reason,
            overhead is null ? 0 : (double)overhead.Value / report.Overhead.Iterations);
    }

    // Unknown stays unknown.
    private static double Square(double? number) => number * number ?? double.NaN;

    /// <summary>An event over all iterations, in counts, the harness's share taken off.</summary>
    private readonly record struct PhaseTotal(CountState State, double Value, double? StandardError, string? Reason, double Harness)
    {
        public static PhaseTotal None(string reason) => new(CountState.NotCounted, 0, null, reason, 0);

        public EventPerOperation PerOperation(PlannedEvent one, long operations)
        {
            var unit = one.Request?.Scale ?? 1;
            return State == CountState.NotCounted || operations == 0
                ? new(one, CountState.NotCounted, 0, null, Reason ?? "no operation was counted", 0)
                : new(one, State, Value * unit / operations, Normal * StandardError * unit / operations, Reason, Harness * unit);
        }

        public EventCount AsCount(PlannedEvent one)
        {
            var count = new Count { State = State, Value = (ulong)Math.Round(Value), TimeEnabled = 1, TimeRunning = State == CountState.NotCounted ? 0UL : 1 };
            return new EventCount(one.Request!, count, one.Refusal)
            {
                Interval = State == CountState.Estimated ? new CountInterval(null, null, StandardError, "") : null,
            };
        }
    }
}
