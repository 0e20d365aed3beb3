using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Tests.Events;

namespace Perfmon.Tests.Session;

/// <summary>Which counters share a kernel group.</summary>
public sealed class CounterPlanTests : IClassFixture<ServerMachine>, IClassFixture<HybridMachine>
{
    private readonly HostDescription _server;
    private readonly HostDescription _hybrid;

    public CounterPlanTests(ServerMachine server, HybridMachine hybrid) => (_server, _hybrid) = (server.Description, hybrid.Description);

    [Theory]

    // Software, tracepoints, breakpoints, probes and msr have room for all: one group, one read.
    [InlineData("page-faults,sched:sched_switch,mem:0x1000:w,msr/tsc/,kprobe/func=f,offset=0/,task-clock", "0 1 2 3 4 5")]

    // Few counters: each event on its own, so that each counts when there is room for it.
    [InlineData("cycles,instructions,cpu/event=1/,r1a8", "0|1|2|3")]
    [InlineData("cycles,page-faults,instructions,cs", "0|1 3|2")]

    // Groups that the user wrote.
    [InlineData("{cycles,instructions},{cache-misses,branches},cpu-clock", "0 1|2 3|4")]
    [InlineData("{page-faults,cs},{minor-faults,major-faults}", "0 1|2 3")]
    [InlineData("{cycles,page-faults}", "0|1")]

    // A PMU is a context of its own, and so is each instance.
    [InlineData("{uncore_imc_0/event=1/,uncore_imc_0/event=2/},power/event=2/", "0 1|2")]
    public void Independent(string events, string groups) => Assert.Equal(groups, Groups(_server, events, Scheduling.Independent));

    [Theory]
    [InlineData("cycles,instructions,cpu/event=1/,r1a8", "0 1 2 3")]
    [InlineData("cycles,page-faults,instructions,cs", "0 2|1 3")]
    [InlineData("uncore_imc_0/event=1/,uncore_imc_1/event=1/,uncore_imc_0/event=2/", "0 2|1")]
    [InlineData("{cycles,instructions},branches", "0 1|2")]
    public void Together(string events, string groups) => Assert.Equal(groups, Groups(_server, events, Scheduling.Together));

    [Fact]
    public void On_hybrid_cpus_each_core_type_has_groups_of_its_own()
    {
        Assert.Equal("0 2|1 3", Groups(_hybrid, "cpu_core/event=1/,cpu_atom/event=1/,cpu_core/event=2/,cpu_atom/event=2/", Scheduling.Together));
        Assert.Equal(2, Plan(_hybrid, "cycles", Scheduling.Together).Counters.Count);
    }

    [Fact]
    public void A_counter_of_one_core_type_is_opened_on_its_cpus_and_on_threads()
    {
        var counter = Plan(_hybrid, "cpu_core/event=1/", Scheduling.Independent).Counters[0];
        Assert.Equal([true, true, false, true], new[] { 0, 3, 4, -1 }.Select(counter.ExistsOn));
    }

    [Fact]
    public void Pmds_without_an_event_have_no_counter()
    {
        var registers = new RegisterSet(0, new RegisterMap());
        registers.WritePmc(256, (1UL << 63) | (1UL << 32) | 2);
        registers.UsePmd(256);
        registers.UsePmd(257);
        registers.WritePmc(258, (1UL << 63) | (1UL << 32) | 3);
        var counter = Assert.Single(CounterPlan.Of(registers, new Dictionary<int, CounterLabel>(), new PlanRules(Scheduling.Independent, _server.Pmus)).Counters);
        Assert.Equal((256, 0, "PMD256 (type 1, config 0x2)"), (counter.Pmd, counter.Index, counter.Name));
    }

    [Fact]
    public void A_pmc_that_means_no_event_is_refused_by_name()
    {
        var registers = new RegisterSet(0, new RegisterMap());
        registers.WritePmc(300, (1UL << 63) | (1UL << 62));
        registers.UsePmd(300);
        var refusal = Assert.Throws<PerfmonException>(
            () => CounterPlan.Of(registers, new Dictionary<int, CounterLabel>(), new PlanRules(Scheduling.Independent, _server.Pmus)));
        Assert.Equal((PerfmonReason.InvalidRequest, 22), (refusal.Reason, refusal.Errno));
        Assert.Contains("PMC 300", refusal.Message, StringComparison.Ordinal);
    }

    private static string Groups(HostDescription host, string events, Scheduling scheduling) =>
        string.Join('|', Plan(host, events, scheduling).Groups.Select(group => string.Join(' ', group.Select(counter => counter.Index))));

    private static CounterPlan Plan(HostDescription host, string events, Scheduling scheduling)
    {
        var registers = new RegisterSet(0, new RegisterMap());
        var labels = new Dictionary<int, CounterLabel>();
        var pmcs = new ulong[RegisterSpace.Count];
        var next = RegisterSpace.FirstVirtual;
        foreach (var request in EventParser.ParseOrThrow(events, host))
        {
            Assert.True(VirtualModel.TryEncode(next, request.Selection, pmcs));
            labels[next] = new CounterLabel(request.Name, request.Group, request.Cpus);
            registers.UsePmd(next);
            next += VirtualModel.WordCount(request.Selection);
        }

        registers.RestorePmcs(pmcs);
        return CounterPlan.Of(registers, labels, new PlanRules(scheduling, host.Pmus));
    }
}
