using System.Text.Json;
using Perfmon.Tests.Kvm.Guests;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary><c>pfmon kvm stat</c> on real virtual machines.</summary>
public sealed class KvmStatTests
{
    private const string Exits = "kvm:kvm_userspace_exit";

    [SkippableFact]
    public void Machines_are_listed_with_the_threads_of_their_vcpus()
    {
        using var guest = SmallGuest.Start(2, SmallGuest.QemuNames);
        var text = Pfmon.Run("kvm", "stat").Succeeded().Output;
        Assert.Contains("small_guest", text, StringComparison.Ordinal);
        Assert.Contains($"  vCPU 1  thread {guest.Threads[1]}", text, StringComparison.Ordinal);

        var list = JsonDocument.Parse(Pfmon.Run("kvm", "stat", "--json").Succeeded().Output).RootElement.GetProperty("machines");
        var machine = Assert.Single(list.EnumerateArray(), one => one.GetProperty("vm").GetProperty("pid").GetInt32() == guest.Pid).GetProperty("vm");
        Assert.Equal("thread_names", machine.GetProperty("vcpus_from").GetString());
        Assert.Equal(guest.Threads, machine.GetProperty("vcpus").EnumerateArray().Select(vcpu => vcpu.GetProperty("thread").GetInt32()));
    }

    [SkippableFact]
    public void Counts_are_exact_for_each_vcpu_and_in_all_and_Ctrl_C_keeps_them()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(2, SmallGuest.QemuNames);
        guest.Out(0, 1);
        guest.OpenStatistics(0);
        guest.OpenStatistics(1);
        using var tool = Pfmon.Start("kvm", "stat", "--vm", $"{guest.Pid}", "-e", $"{Exits},kvm:kvm_emulate_insn", "--json", "-I", "50");
        Assert.NotNull(tool.ReadLine());
        guest.Out(0, 1000);
        guest.Out(1, 500);
        Assert.NotNull(tool.ReadLine());
        tool.Signal("INT");
        var result = tool.End();
        Assert.Equal(0, result.ExitCode);

        var last = Pfmon.ParseLines(result.Error)[^1];
        Assert.Equal(1502, Value(last, Exits, null));
        Assert.Equal((1001, 501), (Value(last, Exits, 0), Value(last, Exits, 1)));
        var statistics = last.GetProperty("kvm_statistics");
        Assert.Equal("descriptors", statistics.GetProperty("source").GetString());
        Assert.Equal(Value(last, "kvm:kvm_emulate_insn", null), statistics.GetProperty("all").GetProperty("insn_emulation").GetInt64());
        Assert.Equal(JsonValueKind.Array, statistics.GetProperty("all").GetProperty("halt_wait_hist").ValueKind);
        Assert.Empty(last.GetProperty("notes").EnumerateArray());
    }

    [SkippableFact]
    public void Intervals_are_never_early_and_add_up_to_the_whole()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(1, SmallGuest.QemuNames);
        guest.OpenStatistics(0);
        using var tool = Pfmon.Start("kvm", "stat", "--vm", $"{guest.Pid}", "-e", Exits, "--json", "-I", "20");
        var lines = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            lines.Add(tool.ReadLine());
            guest.Out(0, 100);
        }

        tool.Signal("INT");
        var objects = Pfmon.ParseLines($"{string.Join('\n', lines)}\n{tool.End().Error}");
        var (intervals, whole) = (objects[..^1], objects[^1]);
        _ = Pfmon.AssertIntervals(intervals, whole, 20_000_000);

        // The halt after them is one, too.
        Assert.Equal(5 * 101, Value(whole, Exits, 0));
        Assert.Equal(5 * 101, intervals.Sum(interval => ValueOrNone(interval, Exits, 0) ?? 0));
    }

    [SkippableFact]
    public void The_table_has_a_column_for_each_vcpu_and_is_plain_in_a_pipe()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(2, SmallGuest.QemuNames);
        guest.OpenStatistics(0);
        guest.OpenStatistics(1);
        using var tool = Pfmon.Start("kvm", "stat", "--vm", $"{guest.Pid}", "-e", Exits, "-I", "20");
        Assert.Contains("time", tool.ReadLine(), StringComparison.Ordinal);
        guest.Out(1, 1233);
        tool.Signal("INT");
        var text = tool.End().Error;
        Assert.Contains("Counted vCPUs of small_guest", text, StringComparison.Ordinal);
        Assert.Matches(@"\n +vCPU 0  vCPU 1 +all\n", text);
        Assert.Matches(@"\nkvm:kvm_userspace_exit +- +1,234 +1,234\n", text);
        Assert.Matches(@"\nKVM's statistics  vCPU 0  vCPU 1 +all\n", text);
        Assert.Matches(@"\nhalt_exits +0 +1 +1\n", text);
        Assert.Contains("Not counted (-): vCPU 0: the target did not run while monitoring was on.", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', text);
    }

    [SkippableFact]
    public void A_command_says_how_long_and_gives_its_exit_code_and_defaults_count()
    {
        using var guest = SmallGuest.Start(1, SmallGuest.QemuNames);
        var file = Path.GetTempFileName();
        try
        {
            var result = Pfmon.Run("kvm", "stat", "--vm", $"{guest.Pid}", "--json", "-o", file, "sh", "-c", "exit 3");
            Assert.Equal((3, ""), (result.ExitCode, result.Error));
            var events = Pfmon.ParseLines(File.ReadAllText(file))[0].GetProperty("events").EnumerateArray().Select(one => one.GetProperty("event").GetString());
            Assert.Contains("page-faults", events);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public void The_monitor_that_QEMU_listens_at_is_found()
    {
        using var machine = QemuMachine.Start(names: false);
        var result = Pfmon.Run("kvm", "stat", "--vm", $"{machine.Pid}", "--qmp", "auto", "-e", "task-clock", "--json", "sleep", "0.1").Succeeded();
        var whole = Pfmon.ParseLines(result.Error)[0];
        Assert.Equal("monitor", whole.GetProperty("vm").GetProperty("vcpus_from").GetString());
        Assert.Equal("monitor", whole.GetProperty("kvm_statistics").GetProperty("source").GetString());
    }

    [Theory]
    [InlineData(2, "Name the virtual machine:  --vm PID", "kvm", "stat", "sleep", "1")]
    [InlineData(2, "Name the virtual machine:  --vm PID", "kvm", "stat", "-e", "page-faults")]
    [InlineData(2, "'x' is not a whole number", "kvm", "stat", "--vm", "x")]
    [InlineData(2, "--vcpu:", "kvm", "stat", "--vm", "1", "--vcpu", "a")]
    [InlineData(1, "the kernel ignores guest and host there", "kvm", "stat", "--vm", "1", "-e", "page-faults:G")]
    [InlineData(1, "There is no such process", "kvm", "stat", "--vm", "4194305")]
    public void What_cannot_be_is_refused(int exitCode, string why, params string[] arguments)
    {
        var result = Pfmon.Run(arguments);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    private static long Value(JsonElement result, string name, int? vcpu) => ValueOrNone(result, name, vcpu)!.Value;

    // None where it was not counted.
    private static long? ValueOrNone(JsonElement result, string name, int? vcpu) => result.GetProperty("events").EnumerateArray()
        .Single(one => one.GetProperty("event").GetString() == name && (vcpu is null
            ? one.GetProperty("vcpu").ValueKind == JsonValueKind.Null
            : one.GetProperty("vcpu").ValueKind == JsonValueKind.Number && one.GetProperty("vcpu").GetInt32() == vcpu))
        .GetProperty("value") is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : null;
}
