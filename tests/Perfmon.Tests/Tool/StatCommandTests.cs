using System.Text.Json;
using Perfmon.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

public sealed class StatCommandTests
{
    private const string Calls = "syscalls:sys_enter_getppid";

    [SkippableFact]
    public void Counts_every_call_of_a_command_and_writes_the_documented_object()
    {
        Requires.TraceFs();
        string[] command = [CProgram.Named("getppid_calls"), "1000000"];
        var (exitCode, objects) = Pfmon.RunJson(["-e", $"{Calls},page-faults", "--", .. command]);

        var result = Assert.Single(objects);
        Assert.Equal(0, exitCode);
        Assert.Equal(
            ["command", "exit_code", "elapsed_ns", "switches", "lost", "sets", "events"],
            result.EnumerateObject().Select(property => property.Name));
        Assert.Equal(command, result.GetProperty("command").EnumerateArray().Select(part => part.GetString()));
        Assert.Equal(0, result.GetProperty("exit_code").GetInt32());
        Assert.InRange(result.GetProperty("elapsed_ns").GetInt64(), 1_000_000, 60_000_000_000);
        Assert.Equal(0, result.GetProperty("lost").GetInt64());
        var set = Assert.Single(result.GetProperty("sets").EnumerateArray());
        Assert.Equal((0, 1), (set.GetProperty("id").GetInt32(), set.GetProperty("runs").GetInt32()));

        var calls = Pfmon.Event(result, Calls);
        Assert.Equal(
            ["event", "set", "state", "value", "raw", "enabled_ns", "running_ns", "low", "high", "estimator", "reason"],
            calls.EnumerateObject().Select(property => property.Name));
        Assert.Equal("counted", calls.GetProperty("state").GetString());
        foreach (var number in new[] { "value", "raw", "low", "high" })
        {
            Assert.Equal(1_000_000, calls.GetProperty(number).GetInt64());
        }

        Assert.Equal(calls.GetProperty("enabled_ns").GetInt64(), calls.GetProperty("running_ns").GetInt64());
        Assert.Equal(JsonValueKind.Null, calls.GetProperty("estimator").ValueKind);
        Assert.Equal(JsonValueKind.Null, calls.GetProperty("reason").ValueKind);
    }

    [Fact]
    public void Leaves_the_commands_output_alone_and_writes_plain_text_to_standard_error()
    {
        var result = Pfmon.Run("stat", "sh", "-c", "echo out; echo -e");
        Assert.Equal("out\n-e\n", result.Output);
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"(?m)^task-clock\S* +\d+\.\d\d +msec +\d+\.\d{3} CPUs utilized$", result.Error);
        Assert.Matches(@"(?m)^page-faults\S* +\d+ ", result.Error);
        Assert.Matches(@"(?m)^elapsed +\d+\.\d{6} s$", result.Error);
        Assert.DoesNotContain('\e', result.Error);
        Assert.DoesNotMatch(@"(?m) $", result.Error);
    }

    [SkippableFact]
    public void Says_what_the_machine_does_not_support_and_counts_the_rest()
    {
        Skip.If(HostDescription.Current.Pmus.CorePmus.Count > 0, "this machine has a hardware PMU: nothing is unsupported");
        var (_, objects) = Pfmon.RunJson("-e", "cycles,page-faults", "true");
        var cycles = Pfmon.Event(objects[0], "cycles");
        Assert.Equal("not_counted", cycles.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, cycles.GetProperty("value").ValueKind);
        Assert.Contains("no hardware PMU", cycles.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(Pfmon.Value(objects[0], "page-faults") > 0);

        var none = Pfmon.Run("stat", "-e", "cycles,instructions", "sh", "-c", "echo ran");
        Assert.Equal(1, none.ExitCode);
        Assert.Equal("", none.Output);
        Assert.StartsWith("Cannot count cycles on command sh.\n", none.Error, StringComparison.Ordinal);
        Assert.Contains("no hardware PMU", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -2 $$", 130)]
    public void Returns_what_the_command_returned(string script, int exitCode)
    {
        var (returned, objects) = Pfmon.RunJson("-e", "page-faults", "sh", "-c", script);
        Assert.Equal(exitCode, returned);
        Assert.Equal(exitCode, objects[0].GetProperty("exit_code").GetInt32());
        Assert.True(Pfmon.Value(objects[0], "page-faults") > 0);
    }

    [Theory]
    [InlineData("no-such-program", 127, "no-such-program")]
    [InlineData("/no/such/program", 127, "/no/such/program")]
    [InlineData("/etc/passwd", 126, "chmod +x /etc/passwd")]
    [InlineData("/etc", 126, "/etc is a folder")]
    public void Tells_a_missing_command_from_one_that_may_not_be_executed(string command, int exitCode, string message)
    {
        foreach (var target in new[] { [], new[] { "-t", $"{Environment.ProcessId}" } })
        {
            var result = Pfmon.Run(["stat", "-e", "page-faults", .. target, "--", command]);
            Assert.Equal(exitCode, result.ExitCode);
            Assert.StartsWith($"Cannot start {command}.\n", result.Error, StringComparison.Ordinal);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Shows_where_an_event_is_wrong()
    {
        var result = Pfmon.Run("stat", "-e", "task-clock", "-e", "page-fauts", "true");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("task-clock,page-fauts\n           ^~~~~~~~~~\nunknown event 'page-fauts'. Did you mean 'page-faults'?\n", result.Error);
    }

    [Theory]
    [InlineData("", "Nothing is to be counted")]
    [InlineData("-r 3 -a", "-r repeats a command")]
    [InlineData("-r 0 true", "-r: '0'")]
    [InlineData("-I x true", "-I: 'x'")]
    [InlineData("-r 2 -I 10 true", "-r and -I")]
    [InlineData("--json --csv true", "--json and --csv")]
    [InlineData("-t 1 -p 1", "Only one of")]
    [InlineData("-C 0 -a", "Only one of")]
    [InlineData("-p 12,", "-p: ''")]
    [InlineData("-C 3-1", "-C: ")]
    [InlineData("--nonsense", "There is no option --nonsense.")]
    [InlineData("-e", "-e")]
    [InlineData("-C 4095 -e page-faults", "the CPUs online are")]
    [InlineData("-e page-faults:q true", "page-faults:q")]
    public void Refuses_a_wrong_command_line(string arguments, string message)
    {
        var result = Pfmon.Run(["stat", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [SkippableFact]
    public void A_repeated_command_has_a_mean_with_an_interval_and_every_run()
    {
        Requires.TraceFs();
        var (_, objects) = Pfmon.RunJson("-r", "3", "-e", $"{Calls},task-clock", CProgram.Named("getppid_calls"), "1000");
        var runs = objects[0].GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(3, runs.Count);
        Assert.All(runs, run => Assert.Equal(1000, Pfmon.Value(run, Calls)));
        var calls = Pfmon.Event(objects[0], Calls);
        Assert.Equal((1000, 1000, 1000, 3000), (Number("value"), Number("low"), Number("high"), Number("raw")));

        var clock = Pfmon.Event(objects[0], "task-clock");
        var values = runs.Select(run => (double)Pfmon.Value(run, "task-clock")).ToList();
        var (mean, half) = (values.Average(), 4.302653 * Math.Sqrt(values.Sum(x => Math.Pow(x - values.Average(), 2)) / 2 / 3));
        Assert.Equal(mean, clock.GetProperty("value").GetDouble(), 0.01);
        Assert.Equal(mean - half, clock.GetProperty("low").GetDouble(), half / 1000);
        Assert.Equal(mean + half, clock.GetProperty("high").GetDouble(), half / 1000);

        decimal Number(string key) => calls.GetProperty(key).GetDecimal();
    }

    [Fact]
    public void A_repeated_command_shows_its_error_and_returns_the_first_failure()
    {
        var result = Pfmon.Run("stat", "-r", "3", "-e", "page-faults", "sh", "-c", "exit 4");
        Assert.Equal(4, result.ExitCode);
        Assert.Matches(@"(?m)^page-faults\S* +[\d.,]+ +± [\d.,]+ \(± [\d.]+ %\)", result.Error);
        Assert.DoesNotContain("run 1", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Intervals_come_on_time_and_add_up_to_the_whole()
    {
        var (_, objects) = Pfmon.RunJson("-I", "50", "-e", "task-clock,page-faults", CProgram.Named("spin"), "330");
        var (intervals, total) = (objects[..^1], objects[^1]);
        Assert.InRange(intervals.Length, 5, 100);
        var times = Pfmon.AssertIntervals(intervals, total, 50_000_000);

        // A slow machine may make one late, and the next is on time again.
        Assert.True(times[..^1].Count(time => time % 50_000_000 < 25_000_000) > times.Count / 2, string.Join(' ', times));
        foreach (var name in new[] { "task-clock", "page-faults" })
        {
            Assert.Equal(Pfmon.Value(total, name), intervals.Sum(interval => Pfmon.Event(interval, name).GetProperty("value") is { ValueKind: JsonValueKind.Number } some ? some.GetInt64() : 0));
        }
    }

    [SkippableFact]
    public void Csv_is_a_header_and_a_row_for_each_event()
    {
        Requires.TraceFs();
        var result = Pfmon.Run("stat", "--csv", "-e", $"{Calls},cpu-clock", CProgram.Named("getppid_calls"), "1234");
        var rows = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        Assert.Equal("event,state,value,raw,enabled_ns,running_ns,low,high,estimator,unit,scale,reason", string.Join(',', rows[0]));
        Assert.Equal(3, rows.Count);
        Assert.Equal([Calls, "counted", "1234", "1234"], rows[1][..4]);
        Assert.Equal(["1234", "1234", "", "", "1", ""], rows[1][6..]);
        Assert.Equal(("cpu-clock", "ns"), (rows[2][0], rows[2][9]));
    }
}
