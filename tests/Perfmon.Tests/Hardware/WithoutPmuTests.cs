using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Hardware;

/// <summary>A machine of the same kind whose PMU is switched off: what is left works, and what is missing is told.</summary>
public sealed class WithoutPmuTests
{
    [HardwareFact(Machine.WithoutPmu)]
    public void The_registers_are_the_virtual_ones()
    {
        Assert.Empty(HostDescription.Current.Pmus.CorePmus);
        var map = HardwareModels.Map(HostDescription.Current);
        Assert.Equal("virtual", map.ModelName);
        Assert.Null(map.Hardware);
    }

    [HardwareFact(Machine.WithoutPmu)]
    public void Hardware_events_are_refused_with_the_reason()
    {
        foreach (var name in new[] { "cycles", "instructions", "L1-dcache-loads", "r8" })
        {
            using var session = MonitoringSession.Create(name);
            var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
            Assert.Equal(PerfmonReason.NotSupported, refusal.Reason);
            Assert.Equal(
                $"""
                Cannot count {name} on the calling thread.
                perf_event_open: ENOENT. This machine has no hardware PMU.
                Count software events or tracepoints:  pfmon list
                """,
                refusal.Message);
        }
    }

    [HardwareFact(Machine.WithoutPmu)]
    public void Its_name_is_not_known()
    {
        var refusal = Assert.Throws<PerfmonException>(() => MonitoringSession.Create("armv8_pmuv3/event=0x8/"));
        Assert.Contains("this machine has no PMU 'armv8_pmuv3'", refusal.Message, StringComparison.Ordinal);
    }

    [HardwareFact(Machine.WithoutPmu)]
    public void The_others_are_counted_beside_them()
    {
        using var session = MonitoringSession.Create(
            $"cycles,{Counting.Settime},page-faults,instructions", new SessionOptions { UnsupportedEvents = UnsupportedEvents.Skip });
        session.Attach(Target.CallingThread);
        session.Start();
        Counting.CallSettime(1000);
        session.Stop();
        var counts = session.Read();
        Counting.Exactly(1000, counts[1].Count);
        Assert.Equal([CountState.NotCounted, CountState.Counted, CountState.Counted, CountState.NotCounted], counts.Select(count => count.Count.State));
        Assert.Contains("This machine has no hardware PMU.", counts[0].Reason, StringComparison.Ordinal);
    }

    [HardwareFact(Machine.WithoutPmu)]
    public void Reads_from_user_space_have_nothing_to_read()
    {
        using var session = MonitoringSession.Create("page-faults", new SessionOptions { UserSpaceReads = UserSpaceReads.WhenPossible });
        session.Attach(Target.CallingThread);
        session.Start();
        Assert.Equal(ReadPath.Kernel, session.Read()[0].Count.Path);
        Assert.Equal("These events are counted by the kernel, not by a counter of the CPU.", session.UserSpaceReadObstacle);
    }
}
