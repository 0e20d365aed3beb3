using Perfmon.BenchmarkDotNet.Planning;
using Perfmon.Events;
using Perfmon.Host;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>Which events count together, by what fits: four breakpoints at a time.</summary>
public sealed class PlanTests
{
    [Theory]
    [InlineData("page-faults,task-clock", "page-faults,task-clock")]
    [InlineData("task-clock,mem:0x10:w,mem:0x20:w,mem:0x30:w,mem:0x40:w", "task-clock,mem:0x10:w,mem:0x20:w,mem:0x30:w,mem:0x40:w")]
    [InlineData("task-clock,mem:0x10:w,mem:0x20:w,mem:0x30:w,mem:0x40:w,mem:0x50:w", "task-clock,mem:0x10:w,mem:0x20:w,mem:0x30:w,mem:0x40:w|task-clock,mem:0x50:w")]
    [InlineData("mem:0x10:w,mem:0x20:w,mem:0x30:w,{mem:0x40:w,mem:0x50:w},page-faults", "page-faults,mem:0x10:w,mem:0x20:w,mem:0x30:w|page-faults,{mem:0x40:w,mem:0x50:w}")]
    [InlineData("{mem:0x10:w,mem:0x20:w,mem:0x30:w},{mem:0x40:w,mem:0x50:w}", "{mem:0x10:w,mem:0x20:w,mem:0x30:w}|{mem:0x40:w,mem:0x50:w}")]
    public void What_does_not_fit_takes_turns_and_what_always_fits_is_in_every_set(string events, string sets)
    {
        var packed = SetPacking.Pack(
            EventParser.ParseOrThrow(events, HostDescription.Current),
            all => all.Count(one => one.Name.StartsWith("mem:", StringComparison.Ordinal)) <= 4);

        Assert.Equal(sets, string.Join('|', packed.Select(SetPacking.Text)));
    }

    [Fact]
    public void Nothing_is_no_set() => Assert.Empty(SetPacking.Pack([], _ => true));

    [Fact]
    public void Metrics_stand_beside_their_events_without_being_asked_for()
    {
        var plan = EventPlan.Make(new PerfmonDiagnoserOptions { Events = ["task-clock", "page-faults", "cycles", "instructions"] });
        Assert.Equal(["ipc", "ghz"], plan.Metrics.Select(metric => metric.Name));
        Assert.Equal(["task-clock", "page-faults", "cycles", "instructions"], plan.Events.Select(one => one.AskedAs));
    }
}
