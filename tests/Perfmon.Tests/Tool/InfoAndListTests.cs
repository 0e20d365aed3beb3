using System.Text.Json;
using Perfmon.Host;
using Perfmon.Tests.Events;
using Perfmon.Tests.Support;
using Perfmon.Tool.Info;

namespace Perfmon.Tests.Tool;

public sealed class InfoAndListTests
{
    [Fact]
    public void Info_tells_the_machines_facts()
    {
        var text = Pfmon.Run("info").Succeeded().Output;
        var release = RunResult.Run("uname", "-r").Output.Trim();
        Assert.Contains($"Linux {release}\n", text, StringComparison.Ordinal);
        Assert.Contains($"perf_event_paranoid  {File.ReadAllText("/proc/sys/kernel/perf_event_paranoid").Trim()}: ", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  software +type 1$", text);
        Assert.Matches(@"(?m)^  thread sessions +PMC \S*256-319   PMD \S*256-319$", text);
        Assert.DoesNotContain('\e', text);

        var json = JsonDocument.Parse(Pfmon.Run("info", "--json").Succeeded().Output).RootElement;
        Assert.Equal(release, json.GetProperty("machine").GetProperty("kernel").GetString());
        Assert.Contains(json.GetProperty("pmus").EnumerateArray(), pmu => pmu.GetProperty("name").GetString() == "software");
        Assert.Equal(HostDescription.Current.Pmus.CorePmus.Count > 0, json.GetProperty("machine").GetProperty("hardware_pmu").GetBoolean());
    }

    [Fact]
    public void Obstacles_tell_what_to_do()
    {
        using var files = EventMachines.Virtual().File("proc/sys/kernel/perf_event_paranoid", "2")
            .File("proc/self/status", "Name:\tx\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000")
            .File("proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu hypervisor");
        var obstacles = Obstacle.Find(files.Read(), [], hasLibPfm: false).ToList();
        Assert.Equal(
            ["sudo sysctl kernel.perf_event_paranoid=0", "pfmon list", "sudo pfmon …", "sudo apt-get install libpfm4"],
            obstacles.Select(obstacle => obstacle.Cure.Split("  ")[^1]));
        Assert.Contains("virtual machine", obstacles[1].Why, StringComparison.Ordinal);
        Assert.Equal("threads of this user may be counted in user mode; kernel mode and whole CPUs may not", PermissionFacts.Of(files.Read()).Meaning);
    }

    [Fact]
    public void A_machine_with_everything_has_no_obstacle()
    {
        using var files = EventMachines.Server().File("proc/sys/kernel/perf_event_paranoid", "4")
            .File("proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff");
        Assert.Empty(Obstacle.Find(files.Read(), [], hasLibPfm: true));
        var facts = PermissionFacts.Of(files.Read());
        Assert.True(facts is { Threads: true, KernelMode: true, WholeCpus: true });
    }

    [Fact]
    public void Without_perf_events_that_is_all_there_is_to_say()
    {
        using var files = EventMachines.Virtual();
        Assert.StartsWith("Nothing can be counted", Assert.Single(Obstacle.Find(files.Read(), [], hasLibPfm: true)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void List_shows_events_and_counts_them()
    {
        var lines = Pfmon.Run("list", "fault").Succeeded().Output.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("  page-faults ", StringComparison.Ordinal));
        Assert.Contains($"{lines.Count(line => line.StartsWith("  ", StringComparison.Ordinal)):N0} shown.", lines);
    }

    [SkippableFact]
    public void List_does_not_flood_with_tracepoints_unless_asked()
    {
        Requires.TraceFs();
        var all = Pfmon.Run("list").Succeeded().Output;
        Assert.DoesNotContain("sched:sched_switch", all, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  sched: +\d+$", all);
        Assert.Contains("  sched:sched_switch\n", Pfmon.Run("list", "sched_switch").Succeeded().Output, StringComparison.Ordinal);

        var json = JsonDocument.Parse(Pfmon.Run("list", "--json").Succeeded().Output).RootElement.GetProperty("events");
        Assert.Contains(json.EnumerateArray(), one => one.GetProperty("name").GetString() == "sched:sched_switch");
    }

    [Fact]
    public void A_word_that_nothing_has_is_an_error()
    {
        var result = Pfmon.Run("list", "no-such-thing");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("'no-such-thing'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "pfmon info")]
    [InlineData("stat", "pfmon stat -a -- sleep 1")]
    [InlineData("list", "pfmon list sched")]
    [InlineData("info", "pfmon info")]
    public void Help_has_examples(string command, string example)
    {
        var result = Pfmon.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Succeeded();
        Assert.Contains($"  {example}", result.Output[result.Output.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Version_is_a_number() => Assert.Matches(@"^\d+\.\d+\.\d+\n$", Pfmon.Run("--version").Succeeded().Output);
}
