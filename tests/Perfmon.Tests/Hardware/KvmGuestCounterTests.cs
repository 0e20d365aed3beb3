using System.Text.Json;
using Perfmon.Host;
using Perfmon.Kvm;
using Perfmon.Kvm.Arm;
using Perfmon.Kvm.Filters;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Perfmon.Tool.Kvm;
using Xunit.Abstractions;

namespace Perfmon.Tests.Hardware;

/// <summary>What a nested guest's PMU counts under filters, and what is counted of the guest from outside.</summary>
public sealed class KvmGuestCounterTests(ITestOutputHelper output)
{
    private const ushort SoftwareIncrement = 0x00;
    private const ushort Instructions = 0x08;
    private const ushort CpuCycles = 0x11;
    private const ushort Chain = 0x1e;
    private const ulong Rounds = 65536;
    private const ulong CyclesPerInstruction = 2;
    private const ulong Counted = (KvmNestedGuest.PerRound * Rounds) + KvmNestedGuest.Besides;

    [HardwareFact(Machine.WithKvm)]
    public void Without_a_filter_the_guest_counts_exactly()
    {
        using var guest = new KvmNestedGuest(new());
        for (var i = 0; i < 3; i++)
        {
            var counts = guest.Count(Instructions, Rounds);
            Assert.Equal((Counted, CyclesPerInstruction * Counted), (counts.Counter, counts.Cycles));
            counts = guest.Count(CpuCycles, Rounds);
            Assert.Equal((CyclesPerInstruction * Counted, CyclesPerInstruction * Counted), (counts.Counter, counts.Cycles));
            counts = guest.Count(Instructions, 10 * Rounds);
            Assert.Equal(Counted + (9 * KvmNestedGuest.PerRound * Rounds), counts.Counter);
        }
    }

    [HardwareFact(Machine.WithKvm)]
    public void A_filter_is_what_its_model_says()
    {
        using var free = new KvmNestedGuest(new());
        var announced = free.Count(Instructions, Rounds).Events;
        Assert.Equal((1UL << SoftwareIncrement) | (1UL << Instructions) | (1UL << CpuCycles) | (1UL << Chain), announced);

        ArmEventRange[][] filters =
        [
            [Deny(CpuCycles, CpuCycles)],
            [Allow(Instructions, Instructions)],
            [Deny(Instructions, Instructions)],
            [Allow(CpuCycles, CpuCycles)],
            [Allow(0, 0x3f)],
            [Deny(0, 0x3f)],
            [Deny(0x20, 0x3f), Deny(CpuCycles, CpuCycles)],
            [Allow(Instructions, CpuCycles), Deny(0x10, 0x12)],
            [Deny(0, 0x3f), Allow(CpuCycles, CpuCycles)],
            [Allow(CpuCycles, CpuCycles), Deny(CpuCycles, CpuCycles)],
            [Deny(0xffff, 0xffff)],
            [Allow(1, 0xffff)],
        ];
        foreach (var ranges in filters)
        {
            var filter = ArmEventFilter.Create(ranges, ArmEventSpace.Bits16);
            using var guest = new KvmNestedGuest(new() { Filter = filter });
            bool Allows(ushort number) => filter.Allows(GuestEvent.Arm(number), ArmEventSpace.Bits16);
            var cycles = Allows(CpuCycles) ? CyclesPerInstruction * Counted : 0;
            var first = guest.Count(Instructions, Rounds);
            Assert.Equal((filter, Allows(Instructions) ? Counted : 0, cycles), (filter, first.Counter, first.Cycles));
            var second = guest.Count(CpuCycles, Rounds);
            Assert.Equal((filter, cycles, cycles), (filter, second.Counter, second.Cycles));

            // What is denied is announced no more; SW_INCR and CHAIN too, although they go on counting.
            var left = Enumerable.Range(0, 32).Where(number => (ranges.LastOrDefault(range => range.Contains(number))?.Action ?? filter.Default) == FilterAction.Allow)
                .Aggregate(0UL, (bits, number) => bits | (1UL << number));
            Assert.Equal((filter, announced & left), (filter, first.Events));
        }
    }

    [HardwareFact(Machine.WithKvm)]
    public void Of_a_vcpu_thread_all_is_what_the_guest_did_and_what_the_host_did()
    {
        using var guest = new KvmNestedGuest(new());
        guest.Count(Instructions, Rounds);
        var once = CountOutside(guest, Rounds);
        var twice = CountOutside(guest, 2 * Rounds);
        Assert.Equal(once.Guest + (KvmNestedGuest.PerRound * Rounds), twice.Guest);

        // The host counts the guest's whole program, and the guest only what it does between enabling and disabling.
        Assert.InRange(once.Guest - Counted, 1UL, 40UL);
    }

    [HardwareFact(Machine.WithKvm)]
    public void A_guest_with_a_chosen_back_end_counts()
    {
        using var kvm = KvmHost.Open();
        var offer = ArmPmuOffer.Ask(kvm);
        Assert.Equal(new ArmPmuOffer(VirtualPmu: true, SelectPmu: true, FixedCountersOnly: false), offer);
        var choice = ArmPmuBackends.Choose(HostRoots.System, offer, new());
        Assert.Equal("armv8_pmuv3: taken: it covers all possible CPUs 0", $"{choice.Taken}");
        Assert.Equal(HostDescription.Current.Pmus.Find("armv8_pmuv3")!.Type, choice.PmuType);

        using var guest = new KvmNestedGuest(new() { Backend = choice });
        Assert.Equal(Counted, guest.Count(Instructions, Rounds).Counter);
        var state = guest.Pmus[0].State;
        Assert.Equal((choice.PmuType, true, true), (state.Pmu, state.IsPmuSelected, state.IsInitialized));
    }

    [HardwareFact(Machine.WithKvm)]
    public void The_tool_asks_kvm()
    {
        var before = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            Assert.Equal(0, BackendCommand.Create().Parse(["--json"]).Invoke());
        }
        finally
        {
            Console.SetOut(before);
        }

        using var json = JsonDocument.Parse($"{text}");
        Assert.Equal(
            """{"virtual_pmu":true,"set_pmu":true,"fixed_counters_only":false,"asked":true}""", json.RootElement.GetProperty("kvm").GetRawText());
        Assert.Equal("armv8_pmuv3", json.RootElement.GetProperty("pmu").GetString());
    }

    /// <summary>The guest's counters are pinned events of the thread that runs it: they go with the vCPU, and a leak would make later counts wrong.</summary>
    [HardwareFact(Machine.WithKvm)]
    public void A_vcpu_that_is_disposed_leaves_no_counters_behind()
    {
        var guest = new KvmNestedGuest(new());
        guest.Prepare(Instructions, ulong.MaxValue);
        var interruption = new Thread(() =>
        {
            Thread.Sleep(20);
            guest.Vcpu.Interrupt();
        });
        interruption.Start();
        Assert.Equal(VcpuExitReason.Interrupted, guest.Vcpu.Run());
        interruption.Join();

        const string everyCounter = "{cycles,r8,r8,r8,r8,r8,r8}";
        Assert.Equal(CountState.NotCounted, State(everyCounter));
        guest.Dispose();
        Assert.Equal(CountState.Counted, State(everyCounter));
    }

    private static ArmEventRange Allow(ushort first, ushort last) => new(FilterAction.Allow, first, last);

    private static ArmEventRange Deny(ushort first, ushort last) => new(FilterAction.Deny, first, last);

    private static CountState State(string events)
    {
        using var session = MonitoringSession.Create(events);
        session.Attach(Target.CallingThread);
        session.Start();
        FixedLoopTests.Work(100_000);
        session.Stop();
        return session.Read().Select(count => count.Count.State).Distinct().Single();
    }

    // The three in one group, so that they begin and end at the same instruction.
    private (ulong Guest, ulong Host) CountOutside(KvmNestedGuest guest, ulong rounds)
    {
        using var session = MonitoringSession.Create("{r8,r8:G,r8:H}");
        session.Attach(Target.CallingThread);
        session.Start();
        var inside = guest.Count(Instructions, rounds);
        session.Stop();
        Assert.Equal((KvmNestedGuest.PerRound * rounds) + KvmNestedGuest.Besides, inside.Counter);
        var counts = session.Read();
        Assert.All(counts, count => Assert.Equal(CountState.Counted, count.Count.State));
        output.WriteLine(string.Join("  ", counts));
        Assert.Equal(counts[0].Count.Value, counts[1].Count.Value + counts[2].Count.Value);
        return (counts[1].Count.Value, counts[2].Count.Value);
    }
}
