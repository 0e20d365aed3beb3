using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Metrics;

/// <summary>Metrics of a real session's readings.</summary>
public sealed class SessionMetricTests
{
    [SkippableFact]
    public void A_session_counts_what_a_metric_needs()
    {
        Counting.Needs(programs: false);
        var metric = Metric.Parse($"calls = {Counting.Settime} * 3 / elapsed");
        using var session = MonitoringSession.Create([.. metric.Events]);
        session.Attach(Target.CallingThread);
        session.Start();
        Counting.CallSettime(1000);
        session.Stop();

        var value = metric.Evaluate(session.Read(), TimeSpan.FromSeconds(2));
        Assert.Equal((MetricState.Counted, 1500.0, 1500.0, 1500.0), (value.State, value.Value, value.Low, value.High));
        Assert.Equal([Counting.Settime], value.Events);
    }

    /// <summary>The example of docs/metrics.md.</summary>
    [Fact]
    public void Clocks_are_in_nanoseconds()
    {
        var metric = Metric.Parse("faults = page-faults:u / task-clock:u * 1e6");
        using var session = MonitoringSession.Create([.. metric.Events]);
        session.Attach(Target.CallingThread);
        session.Start();
        Thread.SpinWait(100_000);
        session.Stop();

        var reading = session.Read();
        var value = metric.Evaluate(reading);
        Assert.Equal((double)reading["page-faults:u"].Value / reading["task-clock:u"].Value * 1e6, value.Value);
        Assert.Equal("faults", value.Name);
    }

    [Fact]
    public void An_event_that_never_ran_is_not_counted()
    {
        var metric = Metric.Parse("x = page-faults:u / task-clock:u");
        using var session = MonitoringSession.Create([.. metric.Events]);
        var value = metric.Evaluate(session.Read());
        Assert.Equal((MetricState.NotCounted, "page-faults:u is not counted: the target did not run while monitoring was on"), (value.State, value.Reason));
    }
}
