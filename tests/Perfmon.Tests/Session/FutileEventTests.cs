using Perfmon.Session;

namespace Perfmon.Tests.Session;

/// <summary>What the kernel reads as 0 because it never looks is not counted.</summary>
public sealed class FutileEventTests
{
    [Fact]
    public void Context_switches_without_kernel_mode_are_not_counted_and_say_why()
    {
        using var session = MonitoringSession.Create("context-switches:u", "context-switches", "task-clock:u");
        session.Attach(Target.CallingThread);
        session.Start();
        Thread.Sleep(1);
        session.Stop();
        var reading = session.Read();

        Assert.Equal(CountState.NotCounted, reading[0].Count.State);
        Assert.Equal(0UL, reading[0].Count.Raw);
        Assert.Contains("kernel mode only", reading[0].Reason, StringComparison.Ordinal);
        Assert.Equal(CountState.Counted, reading[1].Count.State);
        Assert.True(reading[1].Count.Value >= 1);
        Assert.Equal(CountState.Counted, reading[2].Count.State);
        Assert.Equal(CountState.NotCounted, reading[0].Since(reading[0]).Count.State);
    }
}
