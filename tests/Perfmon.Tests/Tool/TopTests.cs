using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Events;
using Perfmon.Profiles;
using Perfmon.Sampling;
using Perfmon.Session;
using Perfmon.Symbols;
using Perfmon.Tests.Support;
using Perfmon.Tool.Output;
using Perfmon.Tool.Sample;
using Perfmon.Tool.Top;

namespace Perfmon.Tests.Tool;

/// <summary><c>pfmon top</c>: the functions of real programs, and how they are shown.</summary>
public sealed partial class TopTests
{
    [SkippableFact]
    public void Shows_the_hot_function_of_a_process_in_as_many_tables_as_asked_for()
    {
        using var program = RecordTests.RunningWork();
        var result = Pfmon.Run("top", "-e", "cpu-clock:u", "-p", $"{program.Pid}", "-n", "3", "-d", "0.5").Succeeded();
        Assert.DoesNotContain('\e', result.Output);
        Assert.Equal(3, Recording.Lines(result.Output).Count(line => line.StartsWith($"process {program.Pid}  ", StringComparison.Ordinal)));
        Assert.Equal(3, HeadLine().Count(result.Output));
        var rows = Rows(result.Output).Where(row => row.Function == "work").ToList();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.True(row.Self > 90 && row.Module.StartsWith("named_functions", StringComparison.Ordinal), result.Output));
    }

    [SkippableFact]
    public void Names_a_dotnet_method_after_attaching_to_a_process_that_was_told_nothing()
    {
        using var program = new SpinningDotNet();
        var result = Pfmon.Run("top", "-e", "cpu-clock:u", "-p", $"{program.Pid}", "-n", "4", "-d", "0.5").Succeeded();
        var last = Rows(result.Output).Last(row => row.Function == SpinningDotNet.Hot);
        Assert.True(last is { Self: > 50, Module: "[JIT]" }, result.Output);
    }

    [SkippableFact]
    public void Leaves_the_map_of_a_dotnet_process_alone_where_told_to_and_hints_at_it_for_whole_cpus()
    {
        RecordTests.RequiresWholeCpus();
        using var program = new SpinningDotNet();
        var named = Pfmon.Run("top", "--no-jit", "-p", $"{program.Pid}", "-n", "1", "-d", "0.5").Succeeded();
        Assert.DoesNotContain("Spin(", named.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--jit", named.Output + named.Error, StringComparison.Ordinal);

        var all = Pfmon.Run("top", "-n", "1", "-d", "0.5").Succeeded();
        Assert.StartsWith("all CPUs  ", all.Output, StringComparison.Ordinal);
        Assert.Contains("add --jit", all.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(SpinningDotNet.MapOf(program.Pid)));
    }

    [Fact]
    public void A_command_returns_its_code_and_the_last_interval_is_shown()
    {
        var result = Pfmon.Run("top", "-d", "60", "-e", "page-faults", "-c", "1", "sh", "-c", "exit 4");
        Assert.Equal(4, result.ExitCode);
        Assert.Matches(@"(?m)^page-faults  [\d.,]+ samples/s  [\d.,]+ (K )?events/s$", result.Output);
        Assert.NotEmpty(Rows(result.Output));
    }

    [SkippableFact]
    public void Q_leaves_the_screen_as_it_was()
    {
        Requires.Command("script");
        using var program = RecordTests.RunningWork();
        var result = RunResult.Run("sh", "-c", $"(sleep 3; printf q; sleep 1) | TERM=xterm script -qec '{Pfmon.Program} top -d 0.2 -p {program.Pid}' /dev/null").Succeeded();
        Assert.Contains("\e[?1049h", result.Output, StringComparison.Ordinal);
        Assert.Contains("work", result.Output, StringComparison.Ordinal);
        Assert.True(result.Output.LastIndexOf("\e[?1049l", StringComparison.Ordinal) > result.Output.LastIndexOf("work", StringComparison.Ordinal));
    }

    [Fact]
    public void Long_names_are_shortened_to_the_window_and_idle_time_is_no_function()
    {
        var request = new SampleRequest
        {
            Events = EventParser.ParseOrThrow("cpu-clock", Perfmon.Host.HostDescription.Current),
            Targets = [Target.AllCpus],
            Command = [],
            Options = SamplingOptions.Default,
        };
        var profile = new Profile(new ProfileDescription { Events = [new ProfileEvent("cpu-clock", ProfileUnit.Nanoseconds)] });
        foreach (var (name, samples) in new[] { (new string('x', 100), 3), ("short", 1), ("pv_native_safe_halt", 12) })
        {
            for (var i = 0; i < samples; i++)
            {
                profile.Add(new ProfileSample { Event = 0, ProcessId = 1, ThreadId = 1, Comm = "c", Weight = 250_000_000, Frames = [name is ['p', ..] ? new ProfileFrame(name, "[kernel.kallsyms]", FrameKind.Kernel) : new ProfileFrame(name, "/usr/lib/libc.so.6", FrameKind.User)] });
            }
        }

        using var writer = new StringWriter();
        var console = Terminal.Plain(writer);
        console.Profile.Width = 60;
        new TopTable(request, profile, TimeSpan.FromSeconds(2), lost: 5, withoutNames: 0).Write(console, rows: 10);
        var lines = Recording.Lines(writer.ToString());
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 60));
        Assert.EndsWith("5 lost: see -m, -F", lines[0], StringComparison.Ordinal);
        Assert.Equal("cpu-clock  8.0 samples/s  0.50 CPUs  75.0 % idle", lines[1]);
        Assert.Equal(5, lines.Length);
        Assert.Matches(@"^75\.0 % +1\.5  x+…  libc\.so\.6$", lines[3]);
        Assert.Matches(@"^25\.0 % +0\.5  short +libc\.so\.6$", lines[4]);
    }

    [Theory]
    [InlineData("-d 0", "-d: '0'")]
    [InlineData("-n 0", "-n: '0'")]
    [InlineData("-c 5 -F 5", "-c and -F exclude")]
    public void Refuses_a_wrong_command_line(string arguments, string message)
    {
        var result = Pfmon.Run(["top", .. arguments.Split(' ')]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private static List<(double Self, string Function, string Module)> Rows(string output) =>
        [.. Row().Matches(output).Select(row => (double.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value, row.Groups[3].Value))];

    [GeneratedRegex(@"(?m)^ *([\d.]+) % +[\d.,]+  (.+?)(?:  +(\S+))?$")]
    private static partial Regex Row();

    [GeneratedRegex(@"(?m)^ *self +samples/s +function +module$")]
    private static partial Regex HeadLine();
}
