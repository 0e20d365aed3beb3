using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Perfmon.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary><c>pfmon stat</c> with event sets that take turns, on programs that know what they did.</summary>
public sealed class StatSetTests : IDisposable
{
    private const string Calls = Counting.Getppid;

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-sets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void One_set_is_exact()
    {
        Counting.Needs();
        var (_, objects) = Pfmon.RunJson("--set", $"{Calls},page-faults", CProgram.Named("getppid_calls"), "123456");
        var calls = Pfmon.Event(objects[0], Calls);
        Assert.Equal("counted", Text(calls, "state"));
        Assert.All(new[] { "value", "raw", "low", "high" }, key => Assert.Equal(123_456, calls.GetProperty(key).GetInt64()));
        Assert.Equal(JsonValueKind.Null, calls.GetProperty("estimator").ValueKind);
        Assert.Equal((0, 1), (objects[0].GetProperty("switches").GetInt32(), objects[0].GetProperty("sets")[0].GetProperty("runs").GetInt32()));
        Assert.Equal("unknown", Text(objects[0].GetProperty("trust"), "verdict"));
    }

    [SkippableFact]
    public void An_estimate_has_an_interval_that_holds_the_truth_and_the_documented_keys()
    {
        Counting.Needs();
        var (exitCode, objects) = Pfmon.RunJson(
            "--set", Calls, "--set", "page-faults,context-switches", "--switch", "2ms", "--reference", "task-clock", CProgram.Named("getppid_calls"), "600000");
        var result = Assert.Single(objects);
        Assert.Equal(0, exitCode);
        Assert.Equal(
            ["command", "exit_code", "elapsed_ns", "switches", "lost", "sets", "switching", "trust", "lost_slices", "events"],
            result.EnumerateObject().Select(property => property.Name));
        var sets = result.GetProperty("sets").EnumerateArray().ToList();
        Assert.All(sets, set => Assert.Equal(["id", "runs", "duration_ns", "switch"], set.EnumerateObject().Select(property => property.Name)));
        Assert.Equal([0, 1], sets.Select(set => set.GetProperty("id").GetInt32()));
        Assert.All(sets, set => Assert.Equal("every 2 ms", Text(set, "switch")));
        Assert.Equal(result.GetProperty("switches").GetInt32() + 1, sets.Sum(set => set.GetProperty("runs").GetInt32()));
        Assert.Equal(0, result.GetProperty("lost_slices").GetInt32());
        Assert.Equal(["verdict", "sentence", "probability"], result.GetProperty("trust").EnumerateObject().Select(property => property.Name));
        var switching = result.GetProperty("switching");
        Assert.Equal(["active_ns", "mean_lateness_ns", "longest_lateness_ns", "estimator", "reference"], switching.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("reference-ratio", "task-clock"), (Text(switching, "estimator"), Text(switching, "reference")));

        // Within 100 ns for each set, which is what a tick of .NET has.
        Assert.InRange(sets.Sum(set => set.GetProperty("duration_ns").GetInt64()) - switching.GetProperty("active_ns").GetInt64(), -200, 200);

        Assert.Equal(
            [(Calls, 0), ("task-clock", 0), ("page-faults", 1), ("context-switches", 1), ("task-clock", 1)],
            result.GetProperty("events").EnumerateArray().Select(one => (Text(one, "event"), one.GetProperty("set").GetInt32())));
        var calls = Pfmon.Event(result, Calls);
        Assert.Equal(("estimated", "reference-ratio"), (Text(calls, "state"), Text(calls, "estimator")));

        // The interval holds in 95 of 100 cases; three times its width in practically all.
        var (value, low, high) = (Number(calls, "value"), Number(calls, "low"), Number(calls, "high"));
        Assert.True(low < value && value < high, $"{low} {value} {high}");
        Assert.InRange(600_000, value - (3 * (value - low)), value + (3 * (high - value)));
        Assert.InRange(Number(calls, "running_ns") / Number(calls, "enabled_ns"), 0.3, 0.7);

        // The clock ran in both sets.
        Assert.All(
            result.GetProperty("events").EnumerateArray().Where(one => Text(one, "event") == "task-clock"),
            clock => Assert.InRange(Number(clock, "running_ns") / Number(clock, "enabled_ns"), 0.8, 1));
    }

    [SkippableFact]
    public void Slices_tile_the_active_time()
    {
        Counting.Needs();
        var file = Path.Combine(_folder, "slices.csv");
        var (_, objects) = Pfmon.RunJson(
            "--set", Calls, "--set", "page-faults,context-switches", "--switch", "1ms", "--order", "random", "--slices", file, CProgram.Named("getppid_calls"), "300000");
        var rows = Slices(file);
        var slices = Tiling(rows);
        Assert.InRange(slices[^1].Ended, slices[^1].Start / 2, objects[0].GetProperty("elapsed_ns").GetInt64() * 2);
        foreach (var set in objects[0].GetProperty("sets").EnumerateArray())
        {
            var ofSet = slices.Where(slice => slice.Set == set.GetProperty("id").GetInt32()).Sum(slice => slice.Duration);
            Assert.Equal(set.GetProperty("duration_ns").GetInt64(), ofSet - (ofSet % 100));
        }

        foreach (var one in objects[0].GetProperty("events").EnumerateArray())
        {
            var ofEvent = rows.Where(row => row.Event == Text(one, "event")).ToList();
            Assert.Equal(one.GetProperty("raw").GetInt64(), ofEvent.Sum(row => row.Value));
            Assert.Equal(one.GetProperty("running_ns").GetInt64(), ofEvent.Sum(row => row.Counted));
            Assert.All(ofEvent, row => Assert.Equal(row.Duration, row.Counted));
        }

        Assert.Equal([file], Directory.GetFiles(_folder));
    }

    [SkippableFact]
    public void A_turn_ends_after_just_so_many_events_of_a_thread()
    {
        Counting.Needs();
        var (slices, flag) = (Path.Combine(_folder, "slices.csv"), Path.Combine(_folder, "done"));
        using var batches = RunningProgram.Start("getppid_batches");
        using var pfmon = Pfmon.Start(
            "stat", "--json", "-t", $"{batches.Pid}", "--set", "page-faults", "--set", "context-switches", "--switch-on", $"{Calls}:500:4", "--slices", slices,
            "--", "sh", "-c", "echo counting >&2; until [ -e \"$0\" ]; do sleep 0.01; done", flag);
        Assert.Equal("counting", pfmon.ReadLine());

        // A turn's calls at a time: while the program waits, a switch that is late on a busy machine misses nothing.
        for (var turn = 0; turn < 50; turn++)
        {
            batches.Go("2000");
            Assert.Equal("done 2000", batches.ReadLine());
            Thread.Sleep(5);
        }

        File.WriteAllText(flag, "");
        var result = Pfmon.ParseLines(pfmon.End().Error)[^1];

        // All sets have the trigger; what comes before a switch that is late on a busy machine is in the estimate, and the doubt in its interval.
        var calls = result.GetProperty("events").EnumerateArray().Where(one => Text(one, "event") == Calls).ToList();
        Assert.Equal([0, 1], calls.Select(one => one.GetProperty("set").GetInt32()));
        Assert.InRange(calls[0].GetProperty("raw").GetInt64(), 30_000, 100_000);
        Assert.InRange(100_000, Number(calls[0], "low"), Number(calls[0], "high") + 3_000);
        Assert.Equal($"every 2,000 {Calls}", Text(result.GetProperty("sets")[0], "switch"));

        // The last turn may have been read to its stop.
        var ofSlices = Slices(slices).Where(row => row.Event == Calls).Select(row => row.Value).ToList();
        Assert.Equal(Enumerable.Repeat(2000L, result.GetProperty("switches").GetInt32()), ofSlices[..result.GetProperty("switches").GetInt32()]);
        Assert.Equal(calls[0].GetProperty("raw").GetInt64(), ofSlices.Sum());
        Assert.True(Number(result.GetProperty("switching"), "longest_lateness_ns") >= Number(result.GetProperty("switching"), "mean_lateness_ns"));
    }

    [SkippableFact]
    public void Readings_amid_turns_that_events_end_do_not_take_time_back()
    {
        Counting.Needs();
        var slices = Path.Combine(_folder, "slices.csv");
        using var batches = RunningProgram.Start("getppid_batches");
        batches.Go("20000000");
        var (_, objects) = Pfmon.RunJson(
            "-t", $"{batches.Pid}", "-I", "5", "--timeout", "300", "--set", Calls, "--set", "page-faults", "--switch-on", $"{Calls}:500", "--slices", slices);
        var rows = Slices(slices);
        Assert.True(Tiling(rows).Count > 20);
        Assert.Equal(Pfmon.Event(objects[^1], "page-faults").GetProperty("raw").GetInt64(), rows.Where(row => row.Event == "page-faults").Sum(row => row.Value));
        Assert.All(rows, row => Assert.InRange(row.Duration, 1, 10_000_000_000));
    }

    [SkippableFact]
    public void Several_targets_are_added_up_even_when_one_never_runs()
    {
        Counting.Needs();
        var flag = Path.Combine(_folder, "done");
        using var busy = RunningProgram.Start("getppid_batches");
        using var idle = RunningProgram.Start("getppid_batches");
        using var pfmon = Pfmon.Start(
            "stat", "--json", "-t", $"{busy.Pid},{idle.Pid}", "--set", Calls, "--set", "page-faults", "--switch", "1ms",
            "--", "sh", "-c", "echo counting >&2; until [ -e \"$0\" ]; do sleep 0.01; done", flag);
        Assert.Equal("counting", pfmon.ReadLine());
        busy.Go("400000");
        Assert.Equal("done 400000", busy.ReadLine());
        File.WriteAllText(flag, "");
        var result = Pfmon.ParseLines(pfmon.End().Error)[^1];
        var calls = Pfmon.Event(result, Calls);
        Assert.Equal("estimated", Text(calls, "state"));

        // What the one that never ran adds is known: nothing. On a busy machine switches of a thread come late, and what it does meanwhile is not in its active time.
        Assert.InRange(Number(calls, "value"), 100_000, 500_000);
        Assert.InRange(Number(calls, "value"), Number(calls, "low"), Number(calls, "high"));
        Assert.True(result.GetProperty("switches").GetInt32() > 0);
    }

    [SkippableFact]
    public void Repeated_runs_have_means_and_the_turns_of_all()
    {
        Counting.Needs();
        var (_, objects) = Pfmon.RunJson("-r", "3", "--set", Calls, "--set", "page-faults", "--switch", "1ms", "--reference", "task-clock", CProgram.Named("getppid_calls"), "100000");
        var runs = objects[0].GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(3, runs.Count);
        Assert.All(runs, run => Assert.Equal(JsonValueKind.Object, run.GetProperty("trust").ValueKind));
        Assert.All(runs, run => Assert.Equal([0, 0, 1, 1], run.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("set").GetInt32())));
        var calls = Pfmon.Event(objects[0], Calls);
        Assert.Equal(runs.Average(run => (double)Pfmon.Value(run, Calls)), Number(calls, "value"), 0.01);
        Assert.Equal("reference-ratio", Text(calls, "estimator"));
        Assert.Equal(objects[0].GetProperty("switches").GetInt32() + 3, objects[0].GetProperty("sets").EnumerateArray().Sum(set => set.GetProperty("runs").GetInt32()));
    }

    [SkippableFact]
    public void Intervals_are_of_their_own_slices()
    {
        Counting.Needs();
        var (_, objects) = Pfmon.RunJson("-I", "50", "--set", "task-clock", "--set", "page-faults", "--switch", "1ms", CProgram.Named("spin"), "300");
        var (intervals, total) = (objects[..^1], objects[^1]);
        Assert.InRange(intervals.Length, 4, 100);
        Assert.Equal(intervals[^1].GetProperty("time_ns").GetInt64(), total.GetProperty("elapsed_ns").GetInt64());
        Assert.All(intervals, interval => Assert.Equal([0, 1], interval.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("set").GetInt32())));
        foreach (var key in new[] { "raw", "running_ns" })
        {
            Assert.Equal(Number(Pfmon.Event(total, "task-clock"), key), intervals.Select(interval => Pfmon.Event(interval, "task-clock")).Sum(one => Nullable(one, key)));
        }
    }

    [SkippableFact]
    public void Csv_says_the_set()
    {
        Counting.Needs();
        var rows = Pfmon.Run("stat", "--csv", "--set", Calls, "--set", "page-faults", "--switch", "1ms", "-M", "x = page-faults / 2", CProgram.Named("getppid_calls"), "100000").Error
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        Assert.Equal("set,event,state,value,raw,enabled_ns,running_ns,low,high,estimator,unit,scale,reason,metric", string.Join(',', rows[0]));
        Assert.Equal([("0", Calls), ("1", "page-faults"), ("", "")], rows[1..].Select(row => (row[0], row[1])));
        Assert.Equal(("estimated", "reference-ratio"), (rows[1][2], rows[1][9]));
    }

    [SkippableFact]
    public void Metrics_are_of_estimates_and_their_events_are_in_a_set_that_has_one_of_them()
    {
        Counting.Needs();
        var (_, objects) = Pfmon.RunJson(
            "--set", "page-faults", "--set", Calls, "--switch", "1ms", "-M", $"calls = {Calls} / task-clock", "-M", "cs = context-switches", CProgram.Named("getppid_calls"), "200000");
        Assert.Equal(
            [("page-faults", 0), (Calls, 1), ("task-clock", 1), ("context-switches", 2)],
            objects[0].GetProperty("events").EnumerateArray().Select(one => (Text(one, "event"), one.GetProperty("set").GetInt32())));
        var metric = objects[0].GetProperty("metrics")[0];
        Assert.Equal("estimated", Text(metric, "state"));
        Assert.Equal(Pfmon.Value(objects[0], Calls) / (double)Pfmon.Value(objects[0], "task-clock"), Number(metric, "value"), 1e-9);
        Assert.True(Number(metric, "low") < Number(metric, "value"));
    }

    [SkippableFact]
    public void Cpus_are_counted_until_Ctrl_C_and_slices_are_kept()
    {
        Skip.IfNot(
            HostDescription.Current.User.MayMonitorAll || HostDescription.Current.Settings.PerfEventParanoid < 1,
            "whole CPUs may not be counted. Run: sudo sysctl kernel.perf_event_paranoid=0");
        var (slices, plot) = (Path.Combine(_folder, "slices.csv"), Path.Combine(_folder, "plot.svg"));
        using var pfmon = Pfmon.Start("stat", "-C", "0", "-I", "100", "--set", "page-faults", "--set", "context-switches", "--switch", "5ms", "--slices", slices, "--plot", plot);
        Assert.Contains("time", pfmon.ReadLine(), StringComparison.Ordinal);
        Assert.Matches(@"^ +[\d.]+ s +[\d,]+ +set 0  page-faults(  ± \S+  \d+\.\d % estimated)?$", pfmon.ReadLine());
        pfmon.Signal("INT");
        var result = pfmon.End();
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"(?m)^set 1  ─ context-switches +[\d,]+ ", result.Error);
        Assert.True(Slices(slices).Count > 1);
        Assert.Contains("set 1", XDocument.Load(plot).Root!.Descendants().Select(element => element.Value));
    }

    [SkippableFact]
    public void Text_has_the_sets_and_how_they_switched()
    {
        Counting.Needs();
        var result = Pfmon.Run("stat", "--set", Calls, "--set", "page-faults,context-switches", "--switch", "2ms", "--reference", "task-clock", CProgram.Named("getppid_calls"), "300000");
        Assert.Matches(@"(?m)^set 0  ┌ syscalls:sys_enter_getppid +[\d,]+ ± [\d,]+ +[\d.]+ [KM]/s +\d\d\.\d %  estimated$", result.Error);
        Assert.Matches(@"(?m)^       └ task-clock +[\d,.]+( ± [\d,.]+)? +msec +[\d.]+ CPUs utilized +(100\.0|9\d\.\d|8\d\.\d) %(  estimated)?$", result.Error);
        Assert.Matches(@"(?m)^         \d+ turns, [\d,.]+ ms$", result.Error);
        Assert.Matches(@"(?m)^set 1  ┌ page-faults ", result.Error);
        Assert.Matches(@"(?m)^active +[\d.]+ s$", result.Error);
        Assert.Matches(@"(?m)^switches +\d+  every 2 ms$", result.Error);
        Assert.Matches(@"(?m)^estimator +reference-ratio by task-clock$", result.Error);
        Assert.DoesNotMatch(@"(?m) $", result.Error);
        Assert.DoesNotContain('\e', result.Error);
    }

    [SkippableFact]
    public void A_set_that_this_machine_lacks_has_no_turns()
    {
        Skip.If(HostDescription.Current.Pmus.CorePmus.Count > 0, "this machine has a hardware PMU: nothing is unsupported");
        Counting.Needs();
        var (_, objects) = Pfmon.RunJson(
            "--set", "cycles", "--set", Calls, "--set", "instructions", "--set", "page-faults", "--switch", "1ms", CProgram.Named("getppid_calls"), "200000");
        var runs = objects[0].GetProperty("sets").EnumerateArray().Select(set => set.GetProperty("runs").GetInt32()).ToList();
        Assert.Equal((0, 0), (runs[0], runs[2]));
        Assert.InRange(runs[1] - runs[3], 0, 1);
        Assert.Contains("no hardware PMU", Text(Pfmon.Event(objects[0], "cycles"), "reason"), StringComparison.Ordinal);
        Assert.InRange(Number(Pfmon.Event(objects[0], Calls), "value"), 150_000, 250_000);
    }

    [Fact]
    public void A_set_without_a_turn_says_so()
    {
        var result = Pfmon.Run("stat", "--set", "page-faults", "--set", "context-switches", "--switch", "10s", "true").Succeeded();
        Assert.Matches(@"(?m)^set 1  ─ context-switches\S* +<not counted>$", result.Error);
        Assert.Matches(@"\nNot counted: context-switches\S*: its event set had no turn\.\nThe end came before\.", result.Error);
    }

    [Theory]
    [InlineData("--set page-faults -e task-clock,faults true", "-e and --set exclude each other: put the events of -e into a set, or into one of their own:  --set task-clock,faults\n")]
    [InlineData("--switch 1ms true", "--switch is for event sets, and none is given.\nAn example:  --set page-faults --set context-switches\n")]
    [InlineData("--switch-on page-faults:1 true", "--switch-on is for event sets")]
    [InlineData("--order random true", "--order is for event sets")]
    [InlineData("--estimator trapezoid true", "--estimator is for event sets")]
    [InlineData("--reference page-faults true", "--reference is for event sets")]
    [InlineData("--slices x true", "--slices is for event sets")]
    [InlineData("--plot x true", "--plot is for event sets")]
    [InlineData("--set faults --switch 1ms --switch-on faults:1 true", "--switch and --switch-on exclude each other: a set gives way after a time, or after events.\n")]
    [InlineData("--set faults --switch 10 true", "--switch: '10' has no unit.\nGive a time in s, ms or us, such as 10ms, 500us or 0.5s.\n")]
    [InlineData("--set faults --switch 10m true", "--switch: 'm' is not a unit of time.\nGive a time in s, ms or us")]
    [InlineData("--set faults --switch soon true", "--switch: 'soon' is not a time.\nGive a time in s, ms or us")]
    [InlineData("--set faults --switch -1ms true", "--switch: '-1ms' is not a time.\n")]
    [InlineData("--set faults --switch 5us true", "An event set cannot give way after 5 µs.\nThe shortest turn is 100 µs")]
    [InlineData("--set faults --switch 99999s true", "--switch: '99999s' is more than a day, and no set would give way.")]
    [InlineData("--set faults --switch-on faults true", "--switch-on: 'faults' is not E:PERIOD or E:PERIOD:COUNT, an event and after how many of it a set gives way.\nAn example:  --switch-on page-faults:100\n")]
    [InlineData("--set faults --switch-on 100 true", "--switch-on: '100' is not E:PERIOD")]
    [InlineData("--set faults --switch-on :100 true", "--switch-on: ':100' is not E:PERIOD")]
    [InlineData("--set faults --switch-on faults:0 true", "--switch-on: PERIOD and COUNT are whole numbers from 1 to 9223372036854775807, and 0 is not.\n")]
    [InlineData("--set faults --switch-on fauts:10 true", "fauts\n^~~~~\nunknown event 'fauts'. Did you mean 'faults'?\n")]
    [InlineData("--set faults --order 1:1 true", "--order: '1:1' has 2 weights, and there is 1 set. Give one for each, such as 1.\n")]
    [InlineData("--set faults --order 0 true", "--order: '0' is not round-robin, random, or a weight of 1 or more for each set, such as 2:1.\n")]
    [InlineData("--set faults --estimator best true", "--estimator: there is no 'best'. There are:\n  constant-ratio  ")]
    [InlineData("--set faults --reference faults,task-clock true", "--reference: 'faults,task-clock' stands for 2 events. Give one.\n")]
    [InlineData("--set fauts true", "fauts\n^~~~~\nunknown event 'fauts'. Did you mean 'faults'?\n")]
    [InlineData("--set faults --slices x --plot x true", "--slices and --plot cannot both be x.\n")]
    [InlineData("--set faults --plot x -o x true", "-o and --plot cannot both be x.\n")]
    [InlineData("--set faults --slices x -r 2 true", "--slices and --plot are of one run: leave out -r.\n")]
    [InlineData("--set faults --plot x -t 1,2", "--slices and --plot are of one target, and several are given: count one at a time.\n")]
    public void Refuses_a_wrong_command_line(string arguments, string message)
    {
        var result = Pfmon.Run(["stat", .. arguments.Split(' ')]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_refused_before_the_command_runs()
    {
        foreach (var option in new[] { "--slices", "--plot" })
        {
            var result = Pfmon.Run("stat", "--set", "page-faults", option, Path.Combine(_folder, "missing", "x"), "echo", "ran");
            Assert.Equal((1, ""), (result.ExitCode, result.Output));
            Assert.Contains($"There is no folder {_folder}/missing.", result.Error, StringComparison.Ordinal);
        }
    }

    private sealed record SliceRow(int Slice, int Set, long Start, long Duration, long Ended, string Event, long Value, long Counted);

    private static List<SliceRow> Slices(string file)
    {
        var lines = File.ReadAllLines(file);
        Assert.Equal("slice,set,start_ns,duration_ns,ended_ns,event,value,counted_ns", lines[0]);
        return [.. lines[1..].Select(line => line.Split(',')).Select(fields => new SliceRow(
            (int)Parse(fields[0]), (int)Parse(fields[1]), Parse(fields[2]), Parse(fields[3]), Parse(fields[4]), fields[5], Parse(fields[6]), Parse(fields[7])))];

        static long Parse(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    // The slices, which cover the time without gaps.
    private static List<SliceRow> Tiling(List<SliceRow> rows)
    {
        Assert.Equal([.. Enumerable.Range(0, rows[^1].Slice + 1)], rows.Select(row => row.Slice).Distinct());
        var slices = rows.DistinctBy(row => row.Slice).ToList();
        Assert.Equal(0, slices[0].Start);
        foreach (var (slice, next) in slices.Zip(slices.Skip(1)))
        {
            Assert.Equal(next.Start, slice.Start + slice.Duration);
            Assert.True(slice.Ended <= next.Ended);
        }

        return slices;
    }

    private static string Text(JsonElement element, string key) => element.GetProperty(key).GetString()!;

    private static double Number(JsonElement element, string key) => element.GetProperty(key).GetDouble();

    private static double Nullable(JsonElement element, string key) => element.GetProperty(key) is { ValueKind: JsonValueKind.Number } some ? some.GetDouble() : 0;
}
