using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Hardware;

/// <summary>How many counters are free, on a CPU that has six and the cycle counter.</summary>
public sealed class CounterBudgetTests
{
    private const int All = 7;

    [HardwareFact]
    public void All_are_free() => AllAreFree();

    [HardwareFact(Machine.NeoverseN1)]
    public void All_are_free_on_a_neoverse_n1() => AllAreFree();

    [HardwareFact(Machine.WithoutPmu)]
    public void Without_a_pmu_there_is_no_budget() => Assert.Empty(CounterBudget.Probe());

    [HardwareFact]
    public void What_this_process_holds_is_not_free_and_it_is_named()
    {
        for (var held = 1; held <= All; held++)
        {
            using var counters = HeldCounters.OfCpu(held);
            var budget = Probe();
            Assert.Equal((All, All - held, false), (budget.Total, budget.Free, budget.IsAllFree));
            Assert.Equal((Environment.ProcessId, held), budget.Holders.Where(holder => holder.IsThisProcess).Select(holder => (holder.Pid, holder.Events)).Single());
            Assert.Equal(held, counters.Counting);
        }

        Assert.Equal(All, Probe().Free);
    }

    [HardwareFact]
    public void What_another_process_holds_is_not_free_and_it_is_named()
    {
        using var program = Holder(3, "pinned");
        var budget = Probe();
        Assert.Equal((All, 4), (budget.Total, budget.Free));
        Assert.Equal(
            $"armv8_pmuv3: 4 of 7 counters free on CPU 0; may be held by: counter_holder (pid {program.Pid}, 3 events), the hard lockup detector",
            budget.ToString());
        Assert.Equal(0, program.End());
        Assert.Equal("armv8_pmuv3: 7 counters, all free", Probe().ToString());
    }

    /// <summary>This machine has kernel.nmi_watchdog 1 and a detector that takes no counter.</summary>
    [HardwareFact]
    public void The_hard_lockup_detector_is_suspected_only_where_a_counter_is_taken()
    {
        Assert.Equal(1, HostDescription.Current.Settings.NmiWatchdog);
        Assert.DoesNotContain(Probe().Holders, holder => holder.Kind == CounterHolderKind.HardLockupDetector);
        using var counters = HeldCounters.OfCpu(1);
        Assert.Contains(Probe().Holders, holder => holder.Kind == CounterHolderKind.HardLockupDetector);
    }

    [HardwareFact]
    public void Counters_that_others_take_turns_on_are_free()
    {
        using var program = Holder(6, "flexible");
        Assert.Equal($"armv8_pmuv3: 7 counters, all free; may be shared with: counter_holder (pid {program.Pid}, 6 events)", Probe().ToString());
    }

    /// <summary>Why the probe opens events of a thread: those of a CPU would take a counter from a thread's for good.</summary>
    [HardwareFact]
    public void Pinned_events_of_other_threads_keep_their_counters()
    {
        using var mine = HeldCounters.OfThread(All);
        Assert.Equal((All, All), (Probe().Free, mine.Counting));
        using (HeldCounters.OfCpu(1))
        {
            Assert.Equal(All - 1, mine.Counting);
        }

        Assert.Equal(All - 1, mine.Counting);
    }

    private static void AllAreFree()
    {
        var budget = Probe();
        Assert.Equal((All, All, true, null), (budget.Total, budget.Free, budget.IsAllFree, budget.Problem));
        Assert.Equal([new FreeCounters(CpuList.Of(0), All)], budget.FreeByCpu);
        Assert.Equal("cycles, instructions, then software increments until one got no counter", budget.Tried);
        Assert.Empty(budget.Holders);
        Assert.Equal(("armv8_pmuv3: 7 counters, all free", 0, false), (budget.ToString(), budget.ProcessesNotReadable, budget.AreProcessesHidden));
    }

    private static CounterBudget Probe() => Assert.Single(CounterBudget.Probe());

    private static RunningProgram Holder(int events, string how) =>
        RunningProgram.Start("counter_holder", $"{HostDescription.Current.Pmus.CorePmus[0].Type}", "0x8", $"{events}", how);
}
