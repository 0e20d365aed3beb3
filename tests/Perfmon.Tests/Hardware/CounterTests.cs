using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Hardware;

/// <summary>Counters that run out: six and the cycle counter.</summary>
public sealed class CounterTests
{
    private const int EventCounters = 6;
    private const string Instructions = "armv8_pmuv3/event=0x8/u";

    private static readonly SessionOptions s_together = new() { Scheduling = Scheduling.Together };

    [HardwareFact]
    public void Seven_events_count_at_once()
    {
        using var session = Started(Events(EventCounters, "cycles:u"), s_together);
        Spin(10_000);
        session.Stop();
        var counts = session.Read();
        Assert.All(counts, count => Assert.Equal(CountState.Counted, count.Count.State));
        Assert.All(counts.Take(EventCounters), count => Assert.Equal(counts[0].Count.Value, count.Count.Value));
        Assert.Equal(counts[0].Count.Value * 2, counts[^1].Count.Value);
    }

    [HardwareFact]
    public void One_too_many_is_refused_when_all_must_count_at_once()
    {
        using var session = MonitoringSession.Create(Events(EventCounters + 1, "cycles:u"), s_together);
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Equal(PerfmonReason.Busy, refusal.Reason);
        Assert.Equal(
            """
            Cannot count cycles:u on the calling thread.
            perf_event_open: EINVAL. It does not fit into the group beside the 7 before it: too few counters, or another PMU.
            Make the group smaller, or count the event on its own.
            """,
            refusal.Message);
    }

    /// <summary>The kernel accepts these, since it does not look at a stopped leader, and would never count them.</summary>
    [HardwareFact]
    public void A_group_that_the_kernel_would_accept_and_never_count_is_refused()
    {
        using var session = MonitoringSession.Create($"{{{Events(EventCounters + 1)}}}", SessionOptions.Default);
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Contains("It does not fit into the group beside the 6 before it", refusal.Message, StringComparison.Ordinal);
    }

    [HardwareFact]
    public void Twelve_events_share_the_counters_and_each_says_so()
    {
        const int rounds = 20_000_000;
        var truth = InstructionsOf(rounds);
        using var session = Started(Events(12), SessionOptions.Default);
        Spin(rounds);
        session.Stop();
        var counts = session.Read();
        Assert.All(counts, count =>
        {
            Assert.Equal(CountState.Estimated, count.Count.State);
            Assert.InRange(count.Count.ShareOfTime, 0.2, 0.8);
            Assert.InRange(count.Count.Value, truth * 0.95, truth * 1.05);
            Assert.StartsWith("counted ", count.Reason, StringComparison.Ordinal);
        });
        Assert.InRange(counts.Sum(count => count.Count.ShareOfTime), 5.5, 6.01);
    }

    [HardwareFact]
    public void Counters_that_others_hold_are_told_of()
    {
        using var others = HeldCounters.OfCpu(EventCounters + 1);
        using var session = Started("instructions:u,page-faults", SessionOptions.Default);
        Spin(10_000);
        session.Stop();
        var counts = session.Read();
        Assert.Equal((CountState.NotCounted, CountState.Counted), (counts[0].Count.State, counts[1].Count.State));
        Assert.Equal("no counter was free for it: too many events at once, or others hold the PMU's counters", counts[0].Reason);
        Assert.True(counts[0].Count.TimeEnabled > 0);
        Assert.Equal([true, false], counts.Select(count => count.LacksCounter));
    }

    [HardwareFact]
    public void An_event_that_the_cpu_lacks_is_not_counted()
    {
        using var session = Started("r1b,armv8_pmuv3/event=0x13/,r8:u", SessionOptions.Default);
        Spin(1000);
        session.Stop();
        var counts = session.Read();
        Assert.Equal([CountState.NotCounted, CountState.NotCounted, CountState.Counted], counts.Select(count => count.Count.State));
        Assert.Equal("this CPU does not implement it (event 0x1b is not among those that armv8_pmuv3 shows)", counts[0].Reason);
        Assert.Equal("this CPU does not implement it (event 0x13 is not among those that armv8_pmuv3 shows)", counts[1].Reason);
    }

    [HardwareFact]
    public void A_generic_event_that_the_cpu_lacks_is_refused_by_name()
    {
        using var session = MonitoringSession.Create("branch-misses");
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Equal(PerfmonReason.NotSupported, refusal.Reason);
        Assert.Contains("This machine's armv8_pmuv3 PMU has no such event.", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>User mode and kernel mode are the whole, since nothing else runs at a lower level here.</summary>
    [HardwareFact]
    public void Modes_can_be_left_out()
    {
        using var session = Started("{r8,r8:u,r8:k}", SessionOptions.Default);
        for (var i = 0; i < 100; i++)
        {
            Counting.CallSettime(10);
        }

        session.Stop();
        var counts = session.Read();
        var (all, user, kernel) = (counts[0].Count.Value, counts[1].Count.Value, counts[2].Count.Value);
        Assert.True(user > 1000 && kernel > 1000, $"user {user}, kernel {kernel}");
        Assert.Equal(all, user + kernel);
    }

    [HardwareFact]
    public void The_machines_registers_are_those_it_has() => Registers(64);

    [HardwareFact(Machine.NeoverseN1)]
    public void The_machines_registers_are_those_it_has_with_32_bits() => Registers(32);

    private static void Registers(int width)
    {
        var map = HardwareModels.Map(HostDescription.Current);
        Assert.Equal("armv8-pmuv3", map.ModelName);
        Assert.Equal([0, 1, 2, 3, 4, 5, 31], map.Hardware!.Pmds.Select(pmd => pmd.Number));
        Assert.All(map.Hardware.Pmds.SkipLast(1), pmd => Assert.Equal(width, pmd.Width));
        Assert.Equal(64, map.Hardware.Pmds[^1].Width);
    }

    private static MonitoringSession Started(string events, SessionOptions options)
    {
        var session = MonitoringSession.Create(events, options);
        session.Attach(Target.CallingThread);
        session.Start();
        return session;
    }

    private static string Events(int count, params string[] more) => string.Join(',', Enumerable.Repeat(Instructions, count).Concat(more));

    private static ulong InstructionsOf(int rounds)
    {
        using var alone = Started(Instructions, SessionOptions.Default);
        Spin(rounds);
        alone.Stop();
        return alone.Read()[0].Count.Value;
    }

    private static void Spin(int rounds) => _ = FixedLoopTests.Work(rounds);
}
