using Perfmon.Diagnostics;
using Perfmon.Metrics;
using Perfmon.Tests.Events;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Metrics;

/// <summary>The metrics that come with the library.</summary>
public sealed class MetricCatalogueTests(ServerMachine server, VirtualMachine virtualMachine) : IClassFixture<ServerMachine>, IClassFixture<VirtualMachine>
{
    // Each by hand: 1000 instructions in 2000 cycles, and so on; a second of CPU time in two that passed.
    [Theory]
    [InlineData("ipc", "instructions=1000 cycles=2000", 0.5, "per cycle")]
    [InlineData("cpi", "instructions=1000 cycles=2000", 2, "cycles per instruction")]
    [InlineData("frontend-stalls", "stalled-cycles-frontend=500 cycles=2000", 25, "% of cycles")]
    [InlineData("backend-stalls", "stalled-cycles-backend=800 cycles=2000", 40, "% of cycles")]
    [InlineData("branch-miss-rate", "branch-misses=3 branches=200", 1.5, "% of branches")]
    [InlineData("branch-mpki", "branch-misses=3 instructions=2000", 1.5, "per 1,000 instructions")]
    [InlineData("cache-miss-rate", "cache-misses=30 cache-references=200", 15, "% of references")]
    [InlineData("cache-mpki", "cache-misses=30 instructions=2000", 15, "per 1,000 instructions")]
    [InlineData("l1d-mpki", "L1-dcache-load-misses=30 instructions=4000", 7.5, "per 1,000 instructions")]
    [InlineData("llc-mpki", "LLC-load-misses=30 instructions=4000", 7.5, "per 1,000 instructions")]
    [InlineData("dtlb-mpki", "dTLB-load-misses=30 instructions=4000", 7.5, "per 1,000 instructions")]
    [InlineData("itlb-mpki", "iTLB-load-misses=30 instructions=4000", 7.5, "per 1,000 instructions")]
    [InlineData("ghz", "cycles=3500000000 task-clock=1000000000", 3.5, "GHz")]
    [InlineData("cpus-utilized", "task-clock=1000000000", 0.5, "CPUs utilized")]
    [InlineData("cpus-counted", "cpu-clock=8000000000", 4, "CPUs utilized")]
    [InlineData("page-fault-rate", "page-faults=30 task-clock=1000000000", 30, "/s")]
    [InlineData("context-switch-rate", "context-switches=30 task-clock=500000000", 60, "/s")]
    [InlineData("migration-rate", "cpu-migrations=30 task-clock=2000000000", 15, "/s")]
    public void Has_the_usual_figures(string name, string counts, double value, string unit)
    {
        var metric = MetricCatalogue.Find(name)!;
        var result = metric.Evaluate(Readings.Of(server.Description, counts.Split(' ')), TimeSpan.FromSeconds(2));
        Assert.Equal((MetricState.Counted, value, value, unit), (result.State, result.Value, result.High, metric.Unit));
        Assert.Empty(MetricEvents.MissingOn(server.Description, metric));
    }

    [Theory]
    [InlineData("arm-frontend-stalls", "stall_frontend=50 cpu_cycles=200", 25)]
    [InlineData("arm-backend-stalls", "stall_backend=80 cpu_cycles=200", 40)]
    [InlineData("arm-branch-mpki", "br_mis_pred_retired=3 inst_retired=2000", 1.5)]
    [InlineData("arm-llc-mpki", "ll_cache_miss_rd=3 inst_retired=2000", 1.5)]
    [InlineData("arm-dtlb-mpki", "dtlb_walk=3 inst_retired=2000", 1.5)]
    [InlineData("arm-itlb-mpki", "itlb_walk=3 inst_retired=2000", 1.5)]
    public void Has_Arms_by_the_names_in_sysfs(string name, string counts, double value)
    {
        using var files = EventMachines.Virtual();
        foreach (var (pmu, type) in new[] { ("armv8_cortex_a53", 8u), ("armv9_cortex_a710", 10u) })
        {
            files.Pmu(
                pmu, type, ("cpus", type == 8 ? "0-3" : "4-7"), ("format/event", "config:0-15"),
                ("events/stall_frontend", "event=0x0023"), ("events/stall_backend", "event=0x0024"), ("events/cpu_cycles", "event=0x0011"),
                ("events/inst_retired", "event=0x0008"), ("events/br_mis_pred_retired", "event=0x0022"), ("events/ll_cache_miss_rd", "event=0x0037"),
                ("events/dtlb_walk", "event=0x0034"), ("events/itlb_walk", "event=0x0035"));
        }

        var machine = files.Read();
        var metric = MetricCatalogue.Find(name)!;
        Assert.Empty(MetricEvents.MissingOn(machine, metric));
        var counted = MetricEvents.Complete([], [metric], machine);
        Assert.Equal(4, counted.Count);
        var pairs = counts.Split(' ');
        var values = metric.EvaluateAll(Readings.Of(machine, [.. pairs.Select(pair => $"armv8_cortex_a53/{pair.Replace("=", "/=", StringComparison.Ordinal)}")]));
        Assert.Equal(($"armv8_cortex_a53/{name}/", value), Assert.Single(values) is var one ? (one.Name, one.Value) : default);
    }

    /// <summary>The kernel opens an event that an Arm CPU lacks, and counts 0: sysfs tells.</summary>
    [Fact]
    public void Says_what_a_CPU_lacks()
    {
        using var files = EventMachines.Virtual();
        files.File("proc/sys/kernel/osrelease", "6.18.0").Pmu(
            "armv8_pmuv3_0", 8, ("cpus", "0-3"), ("format/event", "config:0-15"), ("events/cpu_cycles", "event=0x0011"), ("events/inst_retired", "event=0x0008"));
        Assert.Equal(["r37"], MetricEvents.MissingOn(files.Read(), Metric.Parse("1000 * r37 / r08")));
    }

    [Fact]
    public void Every_one_is_described_and_its_source_given()
    {
        Assert.Equal(24, MetricCatalogue.All.Count);
        Assert.Equal(MetricCatalogue.All.Count, MetricCatalogue.All.Select(metric => metric.Name).Distinct().Count());
        Assert.All(MetricCatalogue.All, metric =>
        {
            Assert.EndsWith(".", metric.Description, StringComparison.Ordinal);
            Assert.NotEqual("", metric.Source);
            Assert.True(metric.Decimals > 0);
            Assert.NotEmpty(metric.Events);
            Assert.True(metric.Beside is null || metric.Events.Contains(metric.Beside), metric.Name);
        });
    }

    [Fact]
    public void Its_documentation_has_each_with_its_expression()
    {
        var documentation = File.ReadAllText(Path.Join(Repository.Root, "docs/metrics.md"));
        Assert.All(MetricCatalogue.All, metric =>
            Assert.Contains($"| `{metric.Name}` | `{metric.ExpressionText}` | {metric.Unit} | {metric.Source} |", documentation, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ipc", "ipc")]
    [InlineData(" ipc , branch-mpki,ghz ", "ipc branch-mpki ghz")]
    [InlineData("ipc = 2 * cycles", "ipc")]
    [InlineData("cycles / instructions", "cycles / instructions")]
    public void Is_asked_by_names_or_given_an_expression(string text, string names) =>
        Assert.Equal(names, string.Join(' ', MetricCatalogue.Parse(text).Select(metric => metric.Name)));

    [Theory]
    [InlineData("ipc,branch-mpk", "ipc,branch-mpk\n    ^~~~~~~~~~\nunknown metric 'branch-mpk'. Did you mean 'branch-mpki'?")]
    [InlineData("page-faults", "page-faults\n^~~~~~~~~~~\nunknown metric 'page-faults'.")]
    [InlineData("ipc,", "ipc,\n^~~~\n'ipc,' names no event: an event name is missing here; operators stand between spaces.")]
    public void A_wrong_name_is_shown_where_it_is_wrong(string text, string message)
    {
        var failure = Assert.Throws<PerfmonException>(() => MetricCatalogue.Parse(text));
        Assert.Equal((PerfmonReason.InvalidRequest, message), (failure.Reason, failure.Message));
    }

    [Fact]
    public void Says_what_a_virtual_machine_lacks()
    {
        Assert.Equal(["instructions", "cycles"], MetricEvents.MissingOn(virtualMachine.Description, MetricCatalogue.Find("ipc")!));
        Assert.Equal(["cycles"], MetricEvents.MissingOn(virtualMachine.Description, MetricCatalogue.Find("ghz")!));
        Assert.Equal(
            ["cpus-utilized", "cpus-counted", "page-fault-rate", "context-switch-rate", "migration-rate"],
            MetricCatalogue.All.Where(metric => MetricEvents.MissingOn(virtualMachine.Description, metric).Count == 0).Select(metric => metric.Name));
    }
}
