using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Perfmon.Tests.Support;
using static Perfmon.Tests.Docs.SampleProgram;

namespace Perfmon.Tests.Docs;

/// <summary>Each sample does what it claims, and prints what its section of samples/README.md shows.</summary>
public sealed partial class SampleTests : IDisposable
{
    private const string Calls = "syscalls:sys_enter_getppid";

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-samples-").FullName;

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Path.Join(Repository.Root, "samples"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_stands_in_the_solution_and_on_the_page(string name)
    {
        Assert.Contains($@"samples\{name}\{name}.csproj", File.ReadAllText(Path.Join(Repository.Root, "Perfmon.sln")), StringComparison.Ordinal);
        Assert.Contains($"| [{name}]({name}/", File.ReadAllText(Path.Join(Repository.Root, "samples/README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void EventSets_is_near_what_was_really_written()
    {
        var output = Run("EventSets");
        Assert.Equal(Shape(ShownOutput("EventSets")), Shape(output));
        foreach (var line in output.Split('\n')[1..13])
        {
            var numbers = Number().Matches(line).Select(match => double.Parse(match.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)).ToArray();
            Assert.InRange(numbers[1], numbers[^1] * 0.75, numbers[^1] * 1.25);
        }
    }

    [SkippableFact]
    public void AttachToProcess_counts_every_thread_that_there_is_and_will_be_until_the_process_ends()
    {
        Requires.TraceFs();
        using var program = RunningProgram.Start("thread_churn", "3", "400", "4", "50");
        using var sample = Start("AttachToProcess", $"{program.Pid}", $"task-clock,page-faults,{Calls}");
        Assert.Equal($"Counting process {program.Pid} until it ends, or Ctrl-C.", sample.ReadLine());
        program.Go();
        Assert.Equal("calls 20000", program.ReadLine());
        Assert.Equal(0, program.End());

        var output = sample.End();
        Assert.Contains("The process has ended. In all:\n", output, StringComparison.Ordinal);
        Assert.Contains($"\nCounted    {Calls}: 20,000\n", output, StringComparison.Ordinal);

        // The seconds add up to all of it.
        var seconds = CallsOfASecond().Matches(output).Sum(match => long.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        Assert.Equal(20_000, seconds);
    }

    [SkippableFact]
    public void AttachToProcess_prints_what_its_page_shows_and_ends_at_Ctrl_C()
    {
        Requires.Root();
        using var program = RunningProgram.Start("steady_worker");
        using var sample = Start("AttachToProcess", $"{program.Pid}");
        string?[] lines = [sample.ReadLine(), sample.ReadLine(), sample.ReadLine(), sample.ReadLine()];
        sample.Signal("INT");
        var output = $"{string.Join('\n', lines)}\n{sample.End()}";

        // Ctrl-C cuts the last second short, and nothing need have run in what is left of it.
        Assert.Equal(Distinct(ShownOutput("AttachToProcess")), Distinct(output));

        static string[] Distinct(string text) => [.. Shape(text).Split('\n').Where(line => !line.Contains("did not run", StringComparison.Ordinal)).Distinct()];
    }

    [SkippableFact]
    public void SamplingProfiler_tells_where_a_program_spends_its_time()
    {
        Requires.Root();
        var path = Path.Join(_folder, "graph.html");
        var output = Profiled([CProgram.Named("hot_functions"), "1000000"], path, "5");

        // Four parts in five of its time are hot()'s, one is warm()'s; page and machine need agree on no more, as what follows is the kernel's.
        var rows = Row().Matches(output).Select(match => (Name: match.Groups["name"].Value, Self: double.Parse(match.Groups["self"].Value, CultureInfo.InvariantCulture))).ToList();
        Assert.Equal(["hot", "warm"], rows.Take(2).Select(row => row.Name));
        Assert.InRange(rows[0].Self, 50, 95);
        Assert.InRange(rows[1].Self, 5, 40);
        Assert.Equal(["hot", "warm"], Row().Matches(ShownOutput("SamplingProfiler")).Take(2).Select(match => match.Groups["name"].Value));
        Assert.Matches(Head(), output);
        Assert.Matches(Head(), ShownOutput("SamplingProfiler"));

        var graph = File.ReadAllText(path);
        Assert.All(["main", "work", "hot", "warm", "calls"], function => Assert.Contains($"\"{function}\"", graph, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void SamplingProfiler_names_methods_of_a_dotnet_program_that_was_not_told_to_tell()
    {
        Requires.Root();
        var path = Path.Join(_folder, "methods.speedscope.json");
        var output = Profiled(["dotnet", Path.Join(AppContext.BaseDirectory, "Perfmon.Probe.dll"), "spin"], path, "3");
        const string method = "Spinning+Spinner`1[System.__Canon].Spin(int32)";
        Assert.Equal(method, Row().Match(output).Groups["name"].Value);
        Assert.Contains(method, JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("shared").GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("name").GetString()));
    }

    [Fact]
    public void WatchAddress_sees_every_write_and_who_made_it()
    {
        Assert.Equal(ShownOutput("WatchAddress"), Run("WatchAddress"));
    }

    [SkippableFact]
    public void GuestFilter_prints_what_its_page_shows()
    {
        Requires.Root();
        Requires.X86Kvm();
        Assert.Equal(ShownOutput("GuestFilter"), Run("GuestFilter"));
    }

    [Theory]
    [InlineData("AttachToProcess", "Usage: AttachToProcess PID [EVENT,...]\n", "none")]
    [InlineData("SamplingProfiler", "Usage: SamplingProfiler PID SECONDS FILE", "1", "1", "profile.txt")]
    [InlineData("AttachToProcess", "Cannot", "2147483646")]
    [InlineData("SamplingProfiler", "Cannot", "2147483646", "1", "profile.html")]
    public void A_sample_says_what_is_wrong(string name, string error, params string[] arguments)
    {
        var result = RunResult.Run("dotnet", [Path.Join(Repository.Root, $"artifacts/bin/{name}/debug/{name}.dll"), .. arguments]);
        Assert.InRange(result.ExitCode, 1, 2);
        Assert.StartsWith(error, result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // What the profiler says of a program that is started for it.
    private static string Profiled(string[] command, string path, string seconds)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        start.Environment.Remove("DOTNET_PerfMapEnabled");
        using var process = Process.Start(start)!;
        try
        {
            if (command[0] == "dotnet")
            {
                Assert.StartsWith("ready ", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
            }

            return Run("SamplingProfiler", $"{process.Id}", seconds, path);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
            File.Delete($"/tmp/perf-{process.Id}.map");
        }
    }

    [GeneratedRegex(@"\d[\d,]*")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[\d,]+ samples(, [^\n]*)?, [\d.]+ s of CPU time\n  self   total  function\n")]
    private static partial Regex Head();

    [GeneratedRegex(@"(?m)^task-clock: .*, syscalls:sys_enter_getppid: ([\d,]+)$")]
    private static partial Regex CallsOfASecond();

    [GeneratedRegex(@"(?m)^ *(?<self>[\d.]+) % +[\d.]+ %  (?<name>.+) \([^()]*\)$")]
    private static partial Regex Row();
}
