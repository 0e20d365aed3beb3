using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tests.Events;

namespace Perfmon.Tests.Metrics;

/// <summary>Which counts serve a metric, and which it asks for.</summary>
public sealed class MetricMatchingTests(ServerMachine server, HybridMachine hybrid) : IClassFixture<ServerMachine>, IClassFixture<HybridMachine>
{
    private static readonly Metric s_ipc = MetricCatalogue.Find("ipc")!;

    [Theory]
    [InlineData("instructions=30 cycles=10", "ipc=3 instructions,cycles")]
    [InlineData("cycles:u=10 instructions:u=30", "ipc:u=3 instructions:u,cycles:u")]
    [InlineData("cpu-cycles=10 INSTRUCTIONS=30", "ipc=3 INSTRUCTIONS,cpu-cycles")]
    [InlineData("cpu/cycles/=10 instructions=30", "cpu/ipc/=3 instructions,cpu/cycles/")]
    [InlineData("cycles:ppp=10 instructions:period=99=30", "ipc=3 instructions:period=99,cycles:ppp")]
    [InlineData("cycles:uk=10 instructions:ku=30", "ipc:uk=3 instructions:ku,cycles:uk")]

    // Both modes: a value for each, never one of mixed modes; the one without modifiers first.
    [InlineData("cycles:u=10 cycles:k=5 instructions:u=30 instructions:k=40", "ipc:u=3 instructions:u,cycles:u; ipc:k=8 instructions:k,cycles:k")]
    [InlineData("cycles:u=10 instructions:u=30 cycles=20 instructions=20", "ipc=1 instructions,cycles; ipc:u=3 instructions:u,cycles:u")]
    [InlineData("cycles:u=10 instructions:u=30 cycles:k=20", "ipc:u=3 instructions:u,cycles:u")]
    [InlineData("cycles:u=10 cycles:u=20 instructions:u=30", "ipc:u=3 instructions:u,cycles:u")]
    public void Events_serve_in_any_modes_but_alike(string counts, string values) => Assert.Equal(values, Evaluate(s_ipc, server.Description, counts));

    [Theory]
    [InlineData("cpu_core/cycles/=10 cpu_core/instructions/=30 cpu_atom/cycles/=10 cpu_atom/instructions/=20", "cpu_core/ipc/=3; cpu_atom/ipc/=2")]
    [InlineData("cpu_core/cycles/u=10 cpu_atom/instructions/=20 cpu_atom/cycles/=10", "cpu_atom/ipc/=2")]
    public void Kinds_of_cores_have_values_of_their_own(string counts, string values) =>
        Assert.Equal(values, string.Join("; ", s_ipc.EvaluateAll(Read(hybrid.Description, counts)).Select(value => $"{value.Name}={value.Value}")));

    [Theory]

    // A clock counts all time whatever its modes are; the one with the modifiers of the others is nearest.
    [InlineData("page-fault-rate", "page-faults:u=4 task-clock=2000000000", "page-fault-rate:u=2 page-faults:u,task-clock")]
    [InlineData("page-fault-rate", "page-faults=4 task-clock:u=2000000000", "page-fault-rate=2 page-faults,task-clock:u")]
    [InlineData("page-fault-rate", "page-faults:u=4 task-clock=8000000000 task-clock:u=2000000000", "page-fault-rate:u=2 page-faults:u,task-clock:u")]
    [InlineData("x = cycles / msr/tsc/", "cycles:u=4 msr/tsc/=2", "x:u=2 cycles:u,msr/tsc/")]

    // Modifiers and PMUs that the expression gives are meant.
    [InlineData("x = cycles:k / cycles:u", "cycles=1 cycles:u=10 cycles:k=30", "x=3 cycles:k,cycles:u")]
    [InlineData("x = cycles:k / instructions", "cycles:k=30 instructions:u=10 cycles=1", "x:u=3 cycles:k,instructions:u")]
    [InlineData("x = cpu/cycles/ / instructions", "cycles=1 cpu/cycles/=30 instructions=10", "x=3 cpu/cycles/,instructions")]
    [InlineData("x = 2 * uncore_imc_*/reads/", "uncore_imc_0/reads/=3 uncore_imc_1/reads/=4", "uncore_imc_0/x/=6 uncore_imc_0/reads/; uncore_imc_1/x/=8 uncore_imc_1/reads/")]
    [InlineData("x = 2 * uncore_imc/reads/", "uncore_imc_1/reads/=4", "uncore_imc_1/x/=8 uncore_imc_1/reads/")]
    [InlineData("x = sched:sched_switch / 2", "sched:sched_switch:k=4", "x:k=2 sched:sched_switch:k")]
    [InlineData("x = faults / cs", "page-faults=6 context-switches=2", "x=3 page-faults,context-switches")]

    // A count is in its event's unit.
    [InlineData("x = power/energy-pkg/ * 4294967296", "power/energy-pkg/=3", "x=3 power/energy-pkg/")]
    public void What_a_name_stands_for(string metric, string counts, string values) =>
        Assert.Equal(values, Evaluate(MetricCatalogue.Parse(metric)[0], server.Description, counts));

    [Theory]
    [InlineData("cycles=10", "ipc", "instructions", "instructions is not counted: it is not among the counted events")]
    [InlineData("cycles=10 instructions=-", "ipc", "instructions", "instructions is not counted: no counter was free for it: too many events at once, or others hold the PMU's counters")]
    [InlineData("cycles:u=10 instructions:k=30", "ipc:u", "instructions", "instructions is not counted: it is there only as instructions:k, and ipc needs all its events alike, in :u")]
    [InlineData("cycles:u=10 instructions:u=-", "ipc:u", "instructions:u", "instructions:u is not counted: no counter was free for it: too many events at once, or others hold the PMU's counters")]
    [InlineData("page-faults=10", "ipc", "instructions", "instructions is not counted: it is not among the counted events")]
    public void What_is_missing_is_named(string counts, string name, string missing, string reason)
    {
        var value = s_ipc.Evaluate(Read(server.Description, counts));
        Assert.Equal((name, MetricState.NotCounted, null, missing, reason), (value.Name, value.State, value.Value, value.MissingEvent, value.Reason));
    }

    [Fact]
    public void A_frequency_needs_every_mode()
    {
        var ghz = MetricCatalogue.Find("ghz")!;
        Assert.Equal("ghz: 3.000 GHz", ghz.Evaluate(Read(server.Description, "cycles=30 cycles:u=20 task-clock=10")).ToString());
        Assert.Equal(
            "ghz: not counted (cycles is not counted: it is there only as cycles:u, and ghz needs all its events alike, in all modes)",
            ghz.Evaluate(Read(server.Description, "cycles:u=20 task-clock=10")).ToString());
    }

    [Fact]
    public void An_estimate_makes_an_estimate_without_an_interval()
    {
        var value = s_ipc.Evaluate(Read(server.Description, "cycles=10 instructions=~30"));
        Assert.Equal((MetricState.Estimated, 3.0, null, null, "instructions is counted 50.0 % of the time"), (value.State, value.Value, value.Low, value.High, value.Reason));
    }

    [Theory]
    [InlineData("page-faults", "ipc", "page-faults instructions cycles")]
    [InlineData("cycles", "ipc,cpi,branch-mpki", "cycles instructions branch-misses")]
    [InlineData("cycles:u", "ipc", "cycles:u instructions:u")]
    [InlineData("cycles:u,cycles:k", "ipc", "cycles:u cycles:k instructions:u instructions:k")]
    [InlineData("page-faults:u,page-faults:k", "page-fault-rate", "page-faults:u page-faults:k task-clock")]
    [InlineData("cycles:u", "ghz", "cycles:u cycles task-clock")]
    [InlineData("cycles:u", "x = cycles / msr/tsc/", "cycles:u msr/tsc/")]
    [InlineData("cycles:u", "x = cycles:k / cycles", "cycles:u cycles:k")]
    [InlineData("uncore_imc_1/reads/", "x = uncore_imc_*/reads/ / elapsed", "uncore_imc_1/reads/")]
    [InlineData("page-faults", "x = uncore_imc/reads/ / elapsed", "page-faults uncore_imc_0/reads/ uncore_imc_1/reads/")]
    public void What_is_missing_is_counted_alike(string counted, string metrics, string all) =>
        Assert.Equal(all, Complete(counted, metrics, server.Description));

    [Theory]
    [InlineData("page-faults", "ipc", "page-faults cpu_atom/instructions/ cpu_core/instructions/ cpu_atom/cycles/ cpu_core/cycles/")]
    [InlineData("cpu_atom/cycles/u", "ipc", "cpu_atom/cycles/:u cpu_atom/instructions/:u")]
    public void On_a_hybrid_machine_on_the_same_cores(string counted, string metrics, string all) =>
        Assert.Equal(all, Complete(counted, metrics, hybrid.Description));

    [Fact]
    public void An_event_that_the_machine_does_not_know_is_shown_in_the_metric()
    {
        var failure = Assert.Throws<PerfmonException>(() => Complete("page-faults", "x = 2 * page-fauts", server.Description));
        Assert.Equal(PerfmonReason.UnknownEvent, failure.Reason);
        Assert.Equal("x = 2 * page-fauts\n        ^~~~~~~~~~\nunknown event 'page-fauts'. Did you mean 'page-faults'?", failure.Message);
    }

    [Theory]
    [InlineData("cycles:u", true)]
    [InlineData("cpu-cycles", true)]
    [InlineData("cpu_atom/cycles/", true)]
    [InlineData("ref-cycles", false)]
    public void A_metric_stands_beside_its_event(string name, bool isBeside) => Assert.Equal(isBeside, MetricCatalogue.Find("ghz")!.IsBeside(name));

    private static string Complete(string counted, string metrics, HostDescription host) => string.Join(
        ' ', MetricEvents.Complete(EventParser.ParseOrThrow(counted, host), MetricCatalogue.Parse(metrics), host).Select(one => one.Name));

    private static string Evaluate(Metric metric, HostDescription host, string counts) => string.Join(
        "; ", metric.EvaluateAll(Read(host, counts)).Select(value => $"{value.Name}={value.Value} {string.Join(',', value.Events)}"));

    private static Reading Read(HostDescription host, string counts) => Readings.Of(host, counts.Split(' '));
}
