using Perfmon.Events;

namespace Perfmon.Tests.Events;

public sealed class EventCatalogueTests(ServerMachine machine) : EventTestBase(machine), IClassFixture<ServerMachine>
{
    [Fact]
    public void Every_name_in_it_can_be_parsed()
    {
        var entries = EventCatalogue.List(Machine).ToList();
        Assert.Equal(entries.Count, entries.Select(entry => entry.Name).Distinct().Count());
        string[] incomplete = ["cpu/broken/", "cpu/chip/"];
        Assert.Superset(incomplete.ToHashSet(), entries.Select(entry => entry.Name).ToHashSet());
        var complete = entries.Where(entry => !entry.IsForm && !incomplete.Contains(entry.Name));
        Assert.All(complete, entry => Assert.Equal(entry.Name, ParseOne(entry.Name).Name));
    }

    [Theory]
    [InlineData("software", 12)]
    [InlineData("hardware", 10)]
    [InlineData("cache", 32)]
    [InlineData("raw", 1)]
    [InlineData("breakpoint", 1)]
    [InlineData("probe", 2)]
    [InlineData("pmu", 17)]
    [InlineData("tracepoint", 5)]
    public void Has_every_family(string family, int count)
    {
        var entries = EventCatalogue.List(Machine).Where(entry => entry.Family == family).ToList();
        Assert.Equal(count, entries.Count);
        Assert.All(entries, entry => Assert.True(entry.IsAvailable));
    }

    [Theory]
    [InlineData("SWITCH", "context-switches cgroup-switches sched:sched_switch")]
    [InlineData("joules", "power/energy-pkg/")]
    [InlineData("faults", "page-faults minor-faults major-faults alignment-faults emulation-faults")]
    [InlineData(" cs ", "context-switches")]
    [InlineData("nothing has this", "")]
    public void Is_filtered_by_a_word(string word, string names) =>
        Assert.Equal(names, string.Join(' ', EventCatalogue.List(Machine, word).Select(entry => entry.Name)));

    [Fact]
    public void Says_what_a_virtual_machine_lacks()
    {
        using var files = EventMachines.Virtual();
        var missing = EventCatalogue.List(files.Read()).Where(entry => !entry.IsAvailable).Select(entry => entry.Family);
        Assert.Equal(["cache", "hardware", "probe", "raw"], missing.Except(["libpfm4"]).Order());
    }
}
