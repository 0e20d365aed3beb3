using System.IO.Compression;
using System.Text.Json;
using Perfmon.Tests.Profiles;
using Perfmon.Tests.Sampling.PerfData;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary><c>pfmon export</c> on files of the real perf. What is in the formats is tested with the exporters.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-export-").FullName;

    private string Data => Path.Combine(_folder, "run.data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Each_format_is_written_beside_the_recording()
    {
        Record("-e", "cpu-clock:u", "-c", "1000000", "-g");
        var samples = PerfScript.Samples(Data).Count;
        var weight = samples * 1_000_000L;
        foreach (var (format, file) in (IEnumerable<(string, string)>)[("folded", "run.folded"), ("flamegraph", "run.html"), ("speedscope", "run.speedscope.json"), ("pprof", "run.pb.gz"), ("firefox", "run.profile.json")])
        {
            var result = Pfmon.Run("export", "--to", format, Data).Succeeded();
            Assert.Equal("", result.Output);
            Assert.StartsWith($"{Path.Combine(_folder, file)}: {samples:N0} samples of cpu-clock:u; lost: nothing.\n", result.Error, StringComparison.Ordinal);
        }

        Assert.Equal(["run.data", "run.folded", "run.html", "run.pb.gz", "run.profile.json", "run.speedscope.json"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var folded = File.ReadAllLines(Path.Combine(_folder, "run.folded"));
        Assert.Equal(weight, folded.Sum(line => long.Parse(line[line.LastIndexOf(' ')..], null)));
        Assert.Contains(folded, line => line.Contains(";main;work;hot ", StringComparison.Ordinal));

        using var speedscope = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "run.speedscope.json")));
        Assert.Equal(weight, speedscope.RootElement.GetProperty("profiles").EnumerateArray().Sum(one => one.GetProperty("weights").EnumerateArray().Sum(number => number.GetInt64())));
        using var firefox = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "run.profile.json")));
        Assert.Equal(samples, firefox.RootElement.GetProperty("threads").EnumerateArray().Sum(one => one.GetProperty("samples").GetProperty("length").GetInt32()));
        using var pprof = new GZipStream(File.OpenRead(Path.Combine(_folder, "run.pb.gz")), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        pprof.CopyTo(unpacked);
        Assert.True(unpacked.ToArray().AsSpan().IndexOf("hot"u8) > 0);
    }

    [SkippableFact]
    public void Standard_output_has_the_profile_alone()
    {
        Record("-e", "cpu-clock:u", "-c", "1000000");
        var result = Pfmon.Run("export", "--to", "folded", "-o", "-", Data).Succeeded();
        Assert.Equal(PerfScript.Samples(Data).Count * 1_000_000L, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(line => long.Parse(line[line.LastIndexOf(' ')..], null)));
        Assert.Contains("lost: nothing.", result.Error, StringComparison.Ordinal);
        Assert.Equal([Data], Directory.GetFiles(_folder));
    }

    [SkippableFact]
    public void Of_several_events_one_is_chosen_where_a_format_has_one()
    {
        Requires.Root();
        Requires.TraceFs();
        Record("-e", "cpu-clock", "-e", "syscalls:sys_enter_getppid", "-c", "100000");
        var refused = Pfmon.Run("export", "--to", "folded", Data);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("choose one with -e.\nIt has:  cpu-clock  syscalls:sys_enter_getppid", refused.Error, StringComparison.Ordinal);
        Assert.Equal([Data], Directory.GetFiles(_folder));

        Pfmon.Run("export", "--to", "folded", "-e", "syscalls:sys_enter_getppid", Data).Succeeded();
        var ours = File.ReadAllLines(Path.Combine(_folder, "run.folded"));
        Assert.Equal(30_000, ours.Sum(line => long.Parse(line[line.LastIndexOf(' ')..], null)));

        // The event that only carries records is none of them.
        Perf.Record(Data, ["-B", "-e", "cpu-clock:u", "-c", "1000000", "-a"], CProgram.Named("hot_functions"), "30");
        Assert.Contains("dummy", Perf.Shell($"perf evlist -i {Data}"), StringComparison.Ordinal);
        Assert.Matches("run.pb.gz: [0-9,]+ samples of cpu-clock:u; ", Pfmon.Run("export", "--to", "pprof", Data).Succeeded().Error);
    }

    [SkippableTheory]
    [InlineData("-z")]
    [InlineData("-g")]
    public void A_plain_file_has_what_perf_reads_from_the_compressed_one(string option)
    {
        Record("-e", "cpu-clock:u", "-c", "100000", option);
        Pfmon.Run("export", "--to", "perf", Data).Succeeded();
        var plain = Path.Combine(_folder, "run.plain.data");
        Assert.Equal(PerfScript.Samples(Data), PerfScript.Samples(plain));
        Assert.NotEmpty(PerfScript.Samples(plain));
        Assert.DoesNotContain("compressed", Perf.Shell($"perf report --header-only -i {plain}"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_plain_file_has_what_came_through_a_pipe()
    {
        Perf.RecordPipe(Data, ["-B", "-e", "cpu-clock:u", "-c", "100000"], "sh", "-c", $"'{CProgram.Named("hot_functions")} 300 > /dev/null'");
        Pfmon.Run("export", "--to", "perf", Data).Succeeded();
        Assert.Equal(PerfScript.Samples(Data), PerfScript.Samples(Path.Combine(_folder, "run.plain.data")));
        var again = Path.Combine(_folder, "again.data");
        RunResult.Run("sh", "-c", $"{Pfmon.Program} export --to perf -o - {Data} > {again}").Succeeded();
        Assert.Equal(PerfScript.Samples(Data), PerfScript.Samples(again));
    }

    [SkippableFact]
    public void What_fails_leaves_an_earlier_file_alone()
    {
        Record("-e", "cpu-clock:u", "-c", "1000000");
        var bytes = File.ReadAllBytes(Data);
        File.WriteAllBytes(Data, bytes[..200]);
        var output = Path.Combine(_folder, "run.folded");
        File.WriteAllText(output, "old");
        var result = Pfmon.Run("export", "--to", "folded", Data);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("old", File.ReadAllText(output));
        Assert.Equal([Data, output], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        var result = Pfmon.Run("export", "--to", "svg", Data);
        Assert.Equal((2, "--to: there is no format svg.\nThere are:  folded  flamegraph  speedscope  pprof  firefox  perf\n"), (result.ExitCode, result.Error));
        Assert.Equal(2, Pfmon.Run("export", Data).ExitCode);
        Assert.Equal(1, Pfmon.Run("export", "--to", "folded", Data).ExitCode);
        Assert.Contains("pfmon export --to speedscope", Pfmon.Run("export", "--help").Succeeded().Output, StringComparison.Ordinal);
    }

    // On one CPU, whose ring has what is told of the program before its samples, and room for all of them. Without build ids, as in RecordedSamplesTests.
    private void Record(params string[] options) => Perf.Record(Data, ["-B", "-m", "2048", .. options], "taskset", "-c", "0", CProgram.Named("hot_functions"), "300");
}
