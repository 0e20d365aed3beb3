using System.Text.Json;
using Perfmon.Tests.Profiles;
using Perfmon.Tests.Sampling.PerfData;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary><c>pfmon report</c> on files of the real perf.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-report-").FullName;

    private string Data => Path.Combine(_folder, "perf.data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void A_table_has_what_perf_counts()
    {
        Record("-e", "cpu-clock:u", "-F", "5000", "-g");
        var expected = PerfScript.Report(Data);
        var report = Report("--json", Data);
        var one = Assert.Single(report.GetProperty("events").EnumerateArray());
        Assert.Equal(("cpu-clock:u", "ns"), (one.GetProperty("event").GetString(), one.GetProperty("unit").GetString()));
        foreach (var row in one.GetProperty("rows").EnumerateArray().Where(row => expected.ContainsKey(row.GetProperty("name").GetString()!)))
        {
            Assert.Equal(expected[row.GetProperty("name").GetString()!], row.GetProperty("self_samples").GetInt64());
        }

        Assert.Equal("hot", one.GetProperty("rows")[0].GetProperty("name").GetString());
        Assert.Equal(one.GetProperty("samples").GetInt64(), one.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("self_samples").GetInt64()));
        Assert.Equal(1, one.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("self_share").GetDouble()), 9);
        Assert.Equal((Environment.MachineName, false), (report.GetProperty("host").GetString(), report.GetProperty("damaged").GetBoolean()));
        Assert.Equal(0, report.GetProperty("lost").GetProperty("records").GetInt64());

        var text = Pfmon.Run("report", Data).Succeeded();
        Assert.Equal(text.Output, Pfmon.Run("report", "-i", Data).Succeeded().Output);
        Fails(2, $"The recording is named twice, {Data} and --input other: leave one out.", "-i", "other", Data);
        Assert.Equal("", text.Error);
        Assert.DoesNotContain('\e', text.Output);
        Assert.Matches(@"(?m)^lost +nothing$", text.Output);
        Assert.Matches($@"(?m)^command +\S*perf record .*{CProgram.Named("hot_functions")} 300$", text.Output);
        Assert.Matches($@"(?m)^ *[\d.]+ % +[\d.]+ % +{expected["hot"]:N0}  hot +hot_functions-\w+$", text.Output);
        Assert.Matches(@"(?m)^ *self +total +samples  function +module$", text.Output);
    }

    [SkippableTheory]
    [InlineData("module")]
    [InlineData("comm")]
    [InlineData("thread")]
    public void Rows_can_be_something_else(string key)
    {
        Record("-e", "cpu-clock:u", "-F", "5000");
        var row = Report("--json", "--sort", key, Data).GetProperty("events")[0].GetProperty("rows")[0];
        var program = CProgram.Named("hot_functions");
        var comm = Path.GetFileName(program)[..15];
        Assert.Equal(
            key switch { "module" => program, "comm" => comm, _ => $"{comm} ({(key == "thread" ? row.GetProperty("thread_id").GetInt32() : 0)})" },
            row.GetProperty("name").GetString());
        Assert.True(row.GetProperty("self_share").GetDouble() > 0.5);
    }

    [SkippableFact]
    public void A_tree_has_callers_above_callees_and_inverted_below()
    {
        Requires.Root();
        Requires.TraceFs();
        Record("-e", "syscalls:sys_enter_getppid", "-g");
        var tree = Pfmon.Run("report", "--tree", Data).Succeeded().Output;

        // Now and then the kernel cannot read a page of the program's stack, and the chain ends early.
        Assert.Matches(@"(?m)^(?:100\.0|99\.\d) % +0\.0 % +(?:30,000|29,9\d\d)  ( *)main\n.* (?:30,000|29,9\d\d)  \1  work\n.* (?:30,000|29,9\d\d)  \1    calls$", tree);

        var nodes = Report("--json", "--inverted", Data).GetProperty("events")[0].GetProperty("tree").EnumerateArray().ToList();
        var calls = nodes.FindIndex(node => node.GetProperty("name").GetString() == "calls");
        Assert.Equal(["work", "main"], nodes.Skip(calls + 1).Take(2).Select(node => node.GetProperty("name").GetString()!));
        Assert.Equal(nodes[calls].GetProperty("depth").GetInt32() + 1, nodes[calls + 1].GetProperty("depth").GetInt32());
        Assert.InRange(nodes[calls].GetProperty("total_samples").GetInt64(), 29_900, 30_000);
    }

    [SkippableFact]
    public void Small_rows_are_left_out_and_summed_up()
    {
        Record("-e", "cpu-clock:u", "-F", "5000");
        var all = Report("--json", Data).GetProperty("events")[0].GetProperty("rows").EnumerateArray().ToList();
        var kept = all.Where(row => row.GetProperty("total_share").GetDouble() >= 0.3).ToList();
        var text = Pfmon.Run("report", "--min-share", "30", Data).Succeeded().Output;
        var rest = all.Except(kept).Sum(row => row.GetProperty("self_samples").GetInt64());
        Assert.Matches($@"(?m)^ *[\d.]+ % +{rest:N0}  below 30.0 %$", text);
        Assert.DoesNotMatch(@"(?m)  warm ", text);
    }

    [SkippableFact]
    public void Several_events_have_a_table_each_or_one_is_chosen()
    {
        Requires.Root();
        Requires.TraceFs();
        Record("-e", "cpu-clock", "-e", "syscalls:sys_enter_getppid", "-c", "100000");
        var text = Pfmon.Run("report", Data).Succeeded().Output;
        Assert.Matches(@"(?m)^cpu-clock: [\d,]+ samples, [\d,.]+ msec$", text);
        Assert.Matches(@"(?m)^syscalls:sys_enter_getppid: 30,000 samples$", text);
        var one = Report("--json", "-e", "syscalls:sys_enter_getppid", Data).GetProperty("events");
        Assert.Equal(30_000, Assert.Single(one.EnumerateArray()).GetProperty("samples").GetInt64());

        Fails(2, "The recording has no event cycles.\nIt has:  cpu-clock  syscalls:sys_enter_getppid", "-e", "cycles", Data);
        Fails(2, "A flame graph shows one event, and the recording has several: choose one with -e.", "--flame", Path.Combine(_folder, "flame.html"), Data);
    }

    [SkippableFact]
    public void A_flame_graph_is_one_file_with_all_samples()
    {
        Record("-e", "cpu-clock:u", "-F", "5000", "-g");
        var file = Path.Combine(_folder, "flame.html");
        Pfmon.Run("report", "--flame", file, Data).Succeeded();
        var page = File.ReadAllText(file);
        Assert.Contains("\"hot\"", page, StringComparison.Ordinal);
        Assert.Contains($"\"samples\":{Report("--json", Data).GetProperty("events")[0].GetProperty("samples").GetInt64()}", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("""(src|href)=["']?(http|//)""", page);
        Assert.Equal([file, Data], Directory.GetFiles(_folder).Order());
    }

    [SkippableFact]
    public void Standard_input_may_be_what_perf_writes()
    {
        Requires.Command("perf");
        var output = RunResult.Run("sh", "-c", $"perf record -q -e cpu-clock:u -F 5000 -o - {CProgram.Named("hot_functions")} 100 2>&1 >/dev/null | true; "
            + $"perf record -q -e cpu-clock:u -F 5000 -o {Data} {CProgram.Named("hot_functions")} 100 > /dev/null; cat {Data} | {Pfmon.Program} report -");
        Assert.Equal(1, output.ExitCode);
        Assert.Contains("is a perf.data file that is not written for pipes", output.Error, StringComparison.Ordinal);

        Perf.RecordPipe(Data, ["-B", "-e", "cpu-clock:u", "-F", "5000"], "sh", "-c", $"'{CProgram.Named("hot_functions")} 100 > /dev/null'");
        var piped = RunResult.Run("sh", "-c", $"cat {Data} | {Pfmon.Program} report -i -").Succeeded().Output;
        Assert.Matches(@"(?m) hot +hot_functions", piped);
    }

    [SkippableFact]
    public void Of_a_cut_file_what_is_whole_is_shown_and_what_is_missing_is_said()
    {
        Record("-e", "cpu-clock:u", "-F", "5000");
        var bytes = File.ReadAllBytes(Data);
        var cut = Path.Combine(_folder, "cut.data");
        File.WriteAllBytes(cut, bytes[..(bytes.Length * 2 / 3)]);
        var result = Pfmon.Run("report", cut).Succeeded();
        Assert.Matches(@"(?m) hot +hot_functions", result.Output);
        Assert.Matches(@"(?m)^Damaged: the file ends [\d,]+ bytes before its records do", result.Output);
        Assert.True(Report("--json", cut).GetProperty("damaged").GetBoolean());

        File.WriteAllBytes(cut, bytes[..200]);
        Fails(1, $"{cut} has no samples that can be read.\nDamaged: ", cut);
    }

    [SkippableFact]
    public void A_recording_of_another_machine_is_not_named_by_this_ones_files()
    {
        Requires.Root();
        Requires.Command("unshare");
        var program = CProgram.Named("hot_functions");
        RunResult.Run("unshare", "--uts", "sh", "-c", $"hostname elsewhere && perf record -q -B -e cpu-clock:u -F 5000 -o {Data} {program} 300 > /dev/null").Succeeded();
        var report = Report("--json", Data);
        Assert.Equal("elsewhere", report.GetProperty("host").GetString());
        Assert.Equal("[" + Path.GetFileName(program) + "]", report.GetProperty("events")[0].GetProperty("rows")[0].GetProperty("name").GetString());
        var notes = report.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!).ToList();
        Assert.Contains(notes, note => note.Contains("nothing tells which build of it ran", StringComparison.Ordinal));

        // Whoever says where the files are means them.
        Assert.Equal("hot", Report("--json", "--symfs", "/", Data).GetProperty("events")[0].GetProperty("rows")[0].GetProperty("name").GetString());

        // A build id tells that the file here is the one that ran there.
        RunResult.Run("unshare", "--uts", "sh", "-c", $"hostname elsewhere && perf record -q -e cpu-clock:u -F 5000 -o {Data} {program} 300 > /dev/null").Succeeded();
        Assert.Equal("hot", Report("--json", Data).GetProperty("events")[0].GetProperty("rows")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        var missing = Path.Combine(_folder, "none.data");
        Fails(1, $"There is no file {missing}.\nMake one:  pfmon record", missing);
        var text = Path.Combine(_folder, "text");
        File.WriteAllText(text, "this is a text, and no perf.data file");
        Fails(1, $"{text} is no perf.data file: it does not begin with PERFILE2.", text);
        Fails(1, $"{_folder} is a folder", _folder);
        Fails(2, "--sort: 'colour' is none of function, module, comm, thread.", "--sort", "colour", text);
        Fails(2, "--min-share: 'much' is not a percentage from 0 to 100.", "--min-share", "much", text);
        Fails(2, "--symfs: there is no folder /no/such.", "--symfs", "/no/such", text);
        Fails(2, "--sort is of the table", "--sort", "comm", "--tree", text);
        Assert.Contains("pfmon report --tree", Pfmon.Run("report", "--help").Succeeded().Output, StringComparison.Ordinal);
    }

    private static JsonElement Report(params string[] arguments) => Assert.Single(Pfmon.ParseLines(Pfmon.Run(["report", .. arguments]).Succeeded().Output));

    private static void Fails(int exitCode, string message, params string[] arguments)
    {
        var result = Pfmon.Run(["report", .. arguments]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
    }

    // On one CPU, whose ring has what is told of the program before its samples, and room for all of them. Without build ids, as in RecordedSamplesTests.
    private void Record(params string[] options) => Perf.Record(Data, ["-B", "-m", "2048", .. options], "taskset", "-c", "0", CProgram.Named("hot_functions"), "300");
}
