using Perfmon.Registers;

namespace Perfmon.Tests.Events;

/// <summary>A machine with two kinds of cores: an event that names none is one for each.</summary>
public sealed class HybridTests(HybridMachine machine) : EventTestBase(machine), IClassFixture<HybridMachine>
{
    [Theory]
    [InlineData("cycles", EventType.Hardware, 0xa_00000000ul, EventType.Hardware, 0x4_00000000ul)]
    [InlineData("branches", EventType.Hardware, 0xa_00000004ul, EventType.Hardware, 0x4_00000004ul)]
    [InlineData("LLC-loads", EventType.HardwareCache, 0xa_00000002ul, EventType.HardwareCache, 0x4_00000002ul)]
    [InlineData("r1a8", 10u, 0x1a8ul, 4u, 0x1a8ul)]
    public void Stands_for_one_on_each_kind(string name, uint atomType, ulong atomConfig, uint coreType, ulong coreConfig)
    {
        var events = Parse($"{name}:u");
        Assert.Equal([$"cpu_atom/{name}/:u", $"cpu_core/{name}/:u"], events.Select(one => one.Name));
        Assert.Equal(["cpu_atom", "cpu_core"], events.Select(one => one.Pmu));
        Assert.Equal(["4-7", "0-3"], events.Select(one => one.Cpus!.ToString()));
        Assert.Equal([(atomType, atomConfig), (coreType, coreConfig)], events.Select(one => (one.Selection.Type, one.Selection.Config)));
        Assert.All(events, one => Assert.Equal(Exclusions.Kernel | Exclusions.Hypervisor, one.Selection.Exclude));
        Assert.All(events, one => Assert.Equal((0, name.Length + 2), (one.Start, one.Length)));
        Assert.All(events, one => Assert.False(one.SystemWideOnly));
    }

    [Fact]
    public void Each_ones_own_name_means_it_alone()
    {
        foreach (var one in Parse("cycles:u,LLC-loads:k,{r1a8}:period=5"))
        {
            Assert.Equal(one.Selection, ParseOne(one.Name).Selection);
            Assert.Equal(one.Cpus, ParseOne(one.Name).Cpus);
        }
    }

    [Fact]
    public void Other_events_stay_single()
    {
        Assert.Equal("4-7", ParseOne("cpu_atom/event=1/").Cpus?.ToString());
        Assert.Equal(new EventSelection { Type = 4 }, ParseOne("cpu_core/slots/").Selection);
        Assert.Null(ParseOne("page-faults").Cpus);
        Refuse("cpu_atom/slots/", "         ^^^^^", "the PMU cpu_atom has no term or event 'slots'");
    }
}
