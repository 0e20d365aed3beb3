using Perfmon.Host;
using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tests.Emulation;

namespace Perfmon.Tests.Hardware;

/// <summary>Hardware metrics of a machine on which every instruction takes 2 cycles and 2 ns.</summary>
public sealed class MetricTests
{
    [HardwareFact]
    public void An_instruction_takes_two_cycles()
    {
        var metrics = MetricCatalogue.Parse("ipc,cpi");
        using var session = MonitoringSession.Create(MetricEvents.Complete([], metrics, HostDescription.Current));
        session.Attach(Target.CallingThread);
        session.Start();
        Thread.SpinWait(100_000);
        session.Stop();

        var reading = session.Read();
        Assert.Equal([0.5, 2.0], metrics.Select(metric => Math.Round(metric.Evaluate(reading).Value!.Value, 2)));
        Assert.Equal((MetricState.Counted, 0), metrics[0].Evaluate(reading) is var ipc ? (ipc.State, ipc.High - ipc.Low) : default);
    }

    [HardwareFact]
    public void Arms_events_are_those_of_sysfs()
    {
        var arm = MetricCatalogue.All.Where(metric => metric.Name.StartsWith("arm-", StringComparison.Ordinal)).ToList();
        var here = arm.Where(metric => MetricEvents.MissingOn(HostDescription.Current, metric).Count == 0).ToList();
        using var session = MonitoringSession.Create(MetricEvents.Complete([], [Metric.Parse("armv?_*/inst_retired/ / armv?_*/cpu_cycles/"), .. here], HostDescription.Current));
        session.Attach(Target.CallingThread);
        session.Start();
        Thread.SpinWait(100_000);
        session.Stop();

        var value = Metric.Parse("x = armv?_*/inst_retired/ / armv?_*/cpu_cycles/").Evaluate(session.Read());
        Assert.EndsWith("/x/", value.Name, StringComparison.Ordinal);
        Assert.Equal(0.5, value.Value!.Value, 0.01);
        Assert.All(here, metric => Assert.Equal(MetricState.Counted, metric.Evaluate(session.Read()).State));
    }
}
