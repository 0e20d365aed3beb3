using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Session;
using Perfmon.Tests.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>The budget of counters on machines and with faults that reality does not give: real counters are in Hardware.</summary>
public sealed class CounterBudgetTests : IDisposable
{
    private const string Armv8 = "cycles, instructions, then software increments until one got no counter";

    private readonly FakeHost _host = Arm(new FakeHost());
    private readonly ScriptedKernel _kernel = ScriptedKernel.Fake();

    public CounterBudgetTests()
    {
        _kernel.Events.LargestGroup = 7;
        for (var cpu = 0; cpu < 4; cpu++)
        {
            _kernel.Events.Counters[cpu] = 7;
        }
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void All_free_is_said_in_few_words()
    {
        var budget = Probe();
        Assert.Equal("armv8_pmuv3: 7 counters, all free", budget.ToString());
        Assert.Equal((7, 7, true, Armv8, null), (budget.Total, budget.Free, budget.IsAllFree, budget.Tried, budget.Problem));
    }

    [Fact]
    public void Each_cpu_is_tried_and_the_fewest_counts()
    {
        _kernel.Events.Counters[2] = 4;
        var budget = Probe();
        Assert.Equal((7, 4, false), (budget.Total, budget.Free, budget.IsAllFree));
        Assert.Equal([new FreeCounters(CpuList.Of(2), 4), new FreeCounters(CpuList.Of(0, 1, 3), 7)], budget.FreeByCpu);
        Assert.Equal("armv8_pmuv3: 4 of 7 counters free on CPU 2, 7 on CPUs 0-1,3", budget.ToString());
    }

    [Fact]
    public void None_free_is_0()
    {
        _kernel.Events.Counters[0] = _kernel.Events.Counters[1] = _kernel.Events.Counters[2] = _kernel.Events.Counters[3] = 0;
        Assert.Equal("armv8_pmuv3: 0 of 7 counters free on CPUs 0-3", Probe().ToString());
    }

    [Fact]
    public void Cpus_that_this_process_may_not_run_on_are_named()
    {
        _host.File("proc/self/status", "Cpus_allowed_list:\t1-2");
        var budget = Probe();
        Assert.Equal([new FreeCounters(CpuList.Of(1, 2), 7)], budget.FreeByCpu);
        Assert.Equal("armv8_pmuv3: 7 of 7 counters free on CPUs 1-2; CPUs 0,3 were not tried: this process may not run there", budget.ToString());
        Assert.Equal(2, _kernel.Calls(KernelCall.RunOnlyOn));
    }

    [Fact]
    public void A_cpu_that_the_thread_cannot_go_to_is_named()
    {
        _kernel.Fail(KernelCall.RunOnlyOn, Errno.EINVAL, nth: 4);
        Assert.Equal(
            "armv8_pmuv3: 7 of 7 counters free on CPUs 0-2; CPU 3 was not tried: sched_setaffinity: EINVAL", Probe().ToString());
    }

    [Fact]
    public void Where_every_group_is_accepted_the_total_is_unknown()
    {
        _kernel.Events.LargestGroup = int.MaxValue;
        var budget = Probe();
        Assert.Equal((null, 7, null), (budget.Total, budget.Free, budget.IsAllFree));
        Assert.Equal("armv8_pmuv3: 7 counters free on CPUs 0-3", budget.ToString());
    }

    [Fact]
    public void A_user_who_may_count_nothing_learns_so()
    {
        _kernel.FailAlways(KernelCall.PerfEventOpen, Errno.EACCES);
        var budget = Probe();
        Assert.Equal((null, null, null), (budget.Total, budget.Free, budget.Tried));
        Assert.Equal("armv8_pmuv3: how many counters are free is not known; perf_event_open: EACCES", budget.ToString());
    }

    [Fact]
    public void Events_that_do_not_run_are_not_free_counters()
    {
        _kernel.Events.IsElsewhere = true;
        Assert.Equal(
            "armv8_pmuv3: 7 counters, how many are free is not known; CPUs 0-3 were not tried: the events did not run where they were opened",
            Probe().ToString());
    }

    [Fact]
    public void A_read_that_fails_is_no_counter_that_is_taken()
    {
        _kernel.Fail(KernelCall.Read, Errno.EIO, nth: 3);
        Assert.Equal("armv8_pmuv3: 7 of 7 counters free on CPUs 1-3; CPU 0 was not tried: read: EIO", Probe().ToString());
    }

    /// <summary>On one CPU: 3 events to see which there are, 8 for the largest group, 8 on the CPU.</summary>
    [Fact]
    public void Everything_is_closed_whichever_call_fails()
    {
        _host.File("sys/devices/system/cpu/online", "0");
        for (var nth = 1; nth <= 3 + 8 + 8; nth++)
        {
            Assert.NotEqual("armv8_pmuv3: 7 counters, all free", Probe(_kernel.Fail(KernelCall.PerfEventOpen, Errno.EMFILE, nth)).ToString());
            _kernel.Heal();
        }

        for (var nth = 1; nth <= 8 + 7; nth++)
        {
            Assert.NotNull(Probe(_kernel.Fail(KernelCall.Read, Errno.EIO, nth)).Problem);
            _kernel.Heal();
        }

        Assert.Equal("armv8_pmuv3: 7 counters, all free", Probe().ToString());
    }

    [Fact]
    public void Arms_events_are_those_of_the_pmu()
    {
        var (events, _) = TrialEvents.For(_kernel, _host.Read().Pmus.CorePmus[0], isOnly: true);
        Assert.Equal([(10, 0x11), (10, 0x08), (10, 0x00)], Attrs(events));
        Assert.All(events!.All.Skip(2), attr => Assert.Equal(0x00UL, attr.Config));
        Assert.All(events.All, attr => Assert.Equal(PerfEventAttrFlags.ExcludeKernel | PerfEventAttrFlags.ExcludeHv, attr.Flags));
    }

    [Fact]
    public void Elsewhere_the_kernels_own_names_serve_and_say_which_pmu_is_meant()
    {
        using var single = new FakeHost().Pmu("cpu", 4);
        var (events, _) = TrialEvents.For(_kernel, single.Read().Pmus.CorePmus[0], isOnly: true);
        Assert.Equal([(0, 1), (0, 9), (0, 0)], Attrs(events));
        Assert.Equal("instructions, ref-cycles, then cycles until one got no counter", events!.Description);

        using var hybrid = new FakeHost().Pmu("cpu_atom", 10, ("cpus", "4-7")).Pmu("cpu_core", 4, ("cpus", "0-3"));
        (events, _) = TrialEvents.For(_kernel, hybrid.Read().Pmus.CorePmus[0], isOnly: false);
        Assert.Equal([(0, 0xa_0000_0001), (0, 0xa_0000_0009), (0, 0xa_0000_0000)], Attrs(events));
    }

    [Fact]
    public void An_event_that_the_cpu_lacks_is_left_out()
    {
        using var single = new FakeHost().Pmu("cpu", 4);
        var (events, _) = TrialEvents.For(_kernel.Fail(KernelCall.PerfEventOpen, Errno.ENOENT, nth: 3), single.Read().Pmus.CorePmus[0], isOnly: true);
        Assert.Equal([(0, 1), (0, 0)], Attrs(events));
        Assert.Equal("instructions, then cycles until one got no counter", events!.Description);
    }

    [Fact]
    public void Each_kind_of_core_has_a_budget_of_its_own()
    {
        using var hybrid = new FakeHost().Pmu("cpu_core", 4, ("cpus", "0-1")).Pmu("cpu_atom", 10, ("cpus", "2-3"))
            .File("sys/devices/system/cpu/online", "0-2").Folder("proc/1");
        _kernel.Events.Counters[1] = 5;
        Assert.Equal(
            ["cpu_atom: 7 counters, all free", "cpu_core: 5 of 7 counters free on CPU 1, 7 on CPU 0"],
            CounterBudget.Probe(_kernel, hybrid.Read()).Select(budget => budget.ToString()));
    }

    [Fact]
    public void Without_a_core_pmu_nothing_is_opened()
    {
        using var none = new FakeHost().Pmu("software", 1);
        Assert.Empty(CounterBudget.Probe(_kernel, none.Read()));
        Assert.Equal(0, _kernel.Calls(KernelCall.PerfEventOpen));
    }

    [Fact]
    public void Those_who_may_hold_counters_are_named()
    {
        _kernel.Events.Counters[0] = _kernel.Events.Counters[1] = _kernel.Events.Counters[2] = _kernel.Events.Counters[3] = 6;
        _host.Process(812, "perf", "anon_inode:[perf_event]", "/dev/null", "anon_inode:[perf_event]")
            .Process(Environment.ProcessId, "tests", "anon_inode:[perf_event]")
            .Process(90, "qemu", "/dev/kvm")
            .File("proc/sys/kernel/nmi_watchdog", "1");
        var budget = Probe();
        var pids = new SortedDictionary<int, string>
        {
            [812] = "perf (pid 812, 2 events)",
            [Environment.ProcessId] = $"this process (pid {Environment.ProcessId}, 1 event)",
            [90] = "qemu (pid 90, virtual machine)",
        };
        Assert.Equal(
            $"armv8_pmuv3: 6 of 7 counters free on CPUs 0-3; may be held by: {string.Join(", ", pids.Values)}, the hard lockup detector",
            budget.ToString());
        Assert.All(budget.Holders, holder => Assert.NotEqual("", holder.KnownBy));
    }

    /// <summary>The detector would take one of each CPU.</summary>
    [Fact]
    public void The_lockup_detector_is_no_holder_where_a_cpu_has_all_counters()
    {
        _host.File("proc/sys/kernel/nmi_watchdog", "1");
        _kernel.Events.Counters[0] = _kernel.Events.Counters[1] = _kernel.Events.Counters[2] = 6;
        Assert.Empty(Probe().Holders);
        _kernel.Events.Counters[3] = 6;
        Assert.Equal(CounterHolderKind.HardLockupDetector, Assert.Single(Probe().Holders).Kind);
        _host.File("proc/sys/kernel/nmi_watchdog", "0");
        Assert.Empty(Probe().Holders);
    }

    [Theory]
    [InlineData(1, false, "; 1 process could not be looked at")]
    [InlineData(2, false, "; 2 processes could not be looked at")]
    [InlineData(0, true, "; other users' processes are hidden")]
    public void Those_who_could_not_be_looked_at_are_told_of(int processes, bool hidden, string end)
    {
        _kernel.Events.Counters[0] = 3;
        var budget = Probe() with { ProcessesNotReadable = processes, AreProcessesHidden = hidden };
        Assert.Equal($"armv8_pmuv3: 3 of 7 counters free on CPU 0, 7 on CPUs 1-3{end}", budget.ToString());
    }

    private CounterBudget Probe(ScriptedKernel? kernel = null)
    {
        var budget = Assert.Single(CounterBudget.Probe(kernel ?? _kernel, _host.Read()));
        Assert.Empty(_kernel.OpenDescriptors);
        Assert.Equal(0, _kernel.WrongCloses);
        return budget;
    }

    private static IEnumerable<(int Type, long Config)> Attrs(TrialEvents? events) =>
        events!.All.Take(events.Single + 1).Select(attr => ((int)attr.Type, (long)attr.Config));

    private static FakeHost Arm(FakeHost host) => host.Pmu("armv8_pmuv3", 10, ("cpus", "0-3"))
        .File("sys/devices/system/cpu/online", "0-3").Folder("proc/1");
}
