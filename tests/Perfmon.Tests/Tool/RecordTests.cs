using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary><c>pfmon record</c>: what it says of a recording, and what perf finds in it.</summary>
public sealed class RecordTests
{
    private const string Calls = "syscalls:sys_enter_getppid";

    [SkippableFact]
    public void Has_each_seventh_call_of_a_command_and_not_one_more()
    {
        Requires.TraceFs();
        using var recording = new Recording();
        var result = recording.Run("-e", Calls, "-c", "7", "--no-inherit", CProgram.Named("getppid_calls"), "70006");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Matches($@"^\[ pfmon record: \d+\.\d kB, 10,000 samples -> {Regex.Escape(recording.Path)} \]\n$", result.Error);
        var lines = recording.Script("-F", "comm,event");
        Assert.Equal(10_000, lines.Length);
        Assert.All(lines, line => Assert.Matches($@"^\s*getppid_calls\S*\s+{Calls}:", line));
    }

    [SkippableFact]
    public void Every_thread_of_a_command_is_in_it()
    {
        Requires.TraceFs();
        using var recording = new Recording();
        var result = recording.Run("-m", "8M", "-e", Calls, "--", CProgram.Named("getppid_calls"), "10000", "5").Succeeded();
        Assert.Equal((10_000, 0), Recording.Told(result.Error));
        Assert.Equal([2000, 2000, 2000, 2000, 2000], recording.Script("-F", "tid").CountBy(tid => tid).Select(thread => thread.Value));
    }

    [SkippableTheory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 137)]
    public void Returns_what_the_command_returned_and_leaves_its_output_alone(string script, int exitCode)
    {
        using var recording = new Recording();
        var result = recording.Run("sh", "-c", $"echo out; {script}");
        Assert.Equal((exitCode, "out\n"), (result.ExitCode, result.Output));
        Assert.Equal(Recording.Told(result.Error).Samples, recording.Script().Length);
    }

    [Theory]
    [InlineData("no-such-program", 127)]
    [InlineData("/etc/passwd", 126)]
    public void A_command_that_cannot_be_started_leaves_no_file(string command, int exitCode)
    {
        using var recording = new Recording();
        foreach (var target in new[] { [], new[] { "-t", $"{Environment.ProcessId}" } })
        {
            var result = recording.Run([.. target, "--", command]);
            Assert.Equal(exitCode, result.ExitCode);
            Assert.StartsWith($"Cannot start {command}.\n", result.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(recording.Path));
        }
    }

    [SkippableFact]
    public void Ctrl_C_ends_it_and_keeps_the_file()
    {
        Requires.TraceFs();
        using var recording = new Recording();
        using var program = RunningProgram.Start("getppid_batches");
        using var pfmon = recording.Start("-e", Calls, "-p", $"{program.Pid}");
        program.Go("1234");
        Assert.Equal("done 1234", program.ReadLine());
        pfmon.Signal("INT");
        var result = pfmon.End();
        Assert.Equal((0, (1234, 0)), (result.ExitCode, Recording.Told(result.Error)));

        // The program was there before, so that its name was read, not recorded.
        Assert.All(recording.Script("-F", "comm"), line => Assert.Equal("getppid_batches", line.Trim()));
        Assert.Equal(1234, recording.Script().Length);
    }

    [SkippableFact]
    public void A_file_whose_writer_was_killed_has_what_was_sampled_by_then()
    {
        Requires.TraceFs();
        using var recording = new Recording();
        using var program = RunningProgram.Start("getppid_batches");
        using var pfmon = recording.Start("-e", Calls, "-p", $"{program.Pid}");
        var before = new FileInfo(recording.Path).Length;
        program.Go("1000");
        Assert.Equal("done 1000", program.ReadLine());
        Assert.True(SpinWait.SpinUntil(() => new FileInfo(recording.Path).Length > before, TimeSpan.FromSeconds(30)));
        pfmon.Signal("KILL");
        _ = pfmon.End();

        // perf takes such a file for an empty one, its own too.
        var functions = recording.Functions();
        Assert.InRange(functions.Count, 1, 1000);
        Assert.All(functions, name => Assert.Equal("syscall", name));
    }

    [SkippableFact]
    public void Threads_that_are_created_later_are_in_it_until_the_last_process_has_ended()
    {
        Requires.TraceFs();
        using var recording = new Recording();
        using var one = RunningProgram.Start("thread_churn", "3", "500", "8", "20");
        using var other = RunningProgram.Start("thread_churn", "0", "10", "2", "30");
        using var pfmon = recording.Start("-m", "8M", "-e", Calls, "-p", $"{one.Pid},{other.Pid}");
        one.Go();
        Assert.Equal(0, one.End());
        other.Go();
        Assert.Equal(0, other.End());
        var result = pfmon.End();
        Assert.Equal((0, (10_300, 0)), (result.ExitCode, Recording.Told(result.Error)));
        var lines = recording.Script("-F", "pid").CountBy(pid => int.Parse(pid, CultureInfo.InvariantCulture)).ToDictionary();
        Assert.Equal((10_000, 300), (lines[one.Pid], lines[other.Pid]));
    }

    [SkippableFact]
    public void Threads_are_sampled_alone()
    {
        Requires.TraceFs();
        using var recording = new Recording();
        using var one = RunningProgram.Start("getppid_batches");
        using var other = RunningProgram.Start("getppid_batches");
        using var pfmon = recording.Start("-e", Calls, "-t", $"{one.Pid},{other.Pid},{one.Pid}");
        foreach (var (program, calls) in new[] { (one, "70"), (other, "30") })
        {
            program.Go(calls);
            Assert.Equal($"done {calls}", program.ReadLine());
            Assert.Equal(0, program.End());
        }

        Assert.Equal((100, 0), Recording.Told(pfmon.End().Error));
    }

    [SkippableFact]
    public void All_cpus_while_a_command_runs()
    {
        RequiresWholeCpus();
        Requires.TraceFs();
        using var recording = new Recording();
        var program = recording.Link(CProgram.Named("getppid_calls"), "own_calls");
        var result = recording.Run("-a", "-m", "8M", "-e", Calls, "--", "sh", "-c", $"{program} 4321; exit 3");
        Assert.Equal(3, result.ExitCode);
        var lines = recording.Script("-F", "comm");
        Assert.Equal(Recording.Told(result.Error).Samples, lines.Length);
        Assert.Equal(4321, lines.Count(line => line.Trim() == "own_calls"));
    }

    [SkippableFact]
    public void All_cpus_until_Ctrl_C_with_names_of_what_ran_before()
    {
        RequiresWholeCpus();
        using var recording = new Recording();
        using var program = RunningWork();
        using var pfmon = recording.Start("-a", "-g", "-e", "cpu-clock");
        Thread.Sleep(500);
        pfmon.Signal("INT");
        var result = pfmon.End();
        Assert.Equal(0, result.ExitCode);
        var lines = recording.Script("-F", "comm,ip,sym", "-G");
        Assert.Equal(Recording.Told(result.Error).Samples, recording.Script("-F", "comm,tid", "-G").Count(line => line[0] != '\t'));
        Assert.Contains(lines, line => line.TrimStart().StartsWith("named_functions", StringComparison.Ordinal) && line.TrimEnd().EndsWith(" work", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_dotnet_programs_methods_have_names_without_a_word_at_its_start()
    {
        using var recording = new Recording();
        using var program = new SpinningDotNet();
        using var pfmon = recording.Start("-e", "cpu-clock:u", "-p", $"{program.Pid}");

        // The map is on when it is complete so far.
        Assert.True(SpinWait.SpinUntil(() => File.Exists(SpinningDotNet.MapOf(program.Pid)), TimeSpan.FromSeconds(30)));
        Thread.Sleep(500);
        pfmon.Signal("INT");
        var result = pfmon.End();
        Assert.Equal(0, result.ExitCode);
        var functions = recording.Functions();
        Assert.Equal(Recording.Told(result.Error).Samples, functions.Count);
        Assert.True(functions.Count(name => name == SpinningDotNet.Hot) > functions.Count / 2, string.Join('\n', functions.CountBy(name => name)));
    }

    [SkippableFact]
    public void A_dotnet_command_gets_its_map_when_it_has_begun()
    {
        Requires.Command("timeout");
        Requires.Command("perf");
        using var recording = new Recording();
        var result = recording.Run(["-e", "cpu-clock:u", "--", "timeout", "5", "dotnet", .. SpinningDotNet.Arguments]);
        Assert.Equal(124, result.ExitCode);
        var pid = recording.Script("-F", "pid").CountBy(line => line.Trim()).MaxBy(process => process.Value).Key;
        try
        {
            Assert.Contains(SpinningDotNet.Hot, recording.Functions());
        }
        finally
        {
            File.Delete(SpinningDotNet.MapOf(int.Parse(pid, CultureInfo.InvariantCulture)));
        }
    }

    [SkippableFact]
    public void What_had_no_room_is_told_with_what_to_do()
    {
        Requires.TraceFs();
        using var recording = new Recording();
        const int calls = 3_000_000;
        var result = recording.Run("-m", "1", "--no-inherit", "-e", Calls, CProgram.Named("getppid_calls"), $"{calls}").Succeeded();
        var (samples, lost) = Recording.Told(result.Error);
        Assert.True(lost > 0, result.Error);

        // Records of the side band may be among the lost ones.
        Assert.InRange(samples + lost, calls, calls + 20);
        Assert.Matches(@"^[\d,]+ records had no room in the rings and are lost.*\nGive larger rings, such as -m 4, or sample less often", result.Error);
        Assert.Equal(samples, recording.Script().Length);
    }

    [SkippableFact]
    public void A_pipe_has_the_samples_and_the_commands_output_goes_elsewhere()
    {
        Requires.TraceFs();
        Requires.Command("perf");
        using var recording = new Recording();
        var result = RunResult.Run(
            "sh",
            "-c",
            "\"$0\" record -o - -e \"$1\" --no-inherit -- sh -c 'echo said; exec \"$0\" 321' \"$2\" | perf script -i -",
            Pfmon.Program,
            Calls,
            CProgram.Named("getppid_calls")).Succeeded();

        // A shell makes such a call at its start.
        Assert.Equal(321, Recording.Lines(result.Output).Count(line => line.TrimStart().StartsWith("getppid_calls", StringComparison.Ordinal)));
        Assert.Contains("said\n", result.Error, StringComparison.Ordinal);
        Assert.Contains(" samples -> - ]", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_there_is_kept_beside_it()
    {
        using var recording = new Recording();
        File.WriteAllText(recording.Path, "mine");
        recording.Run("true").Succeeded();
        Assert.Equal("mine", File.ReadAllText($"{recording.Path}.old"));
    }

    [Fact]
    public void A_recording_nowhere_is_possible_and_leaves_the_device_alone()
    {
        Pfmon.Run("record", "-o", "/dev/null", "true").Succeeded();
        RunResult.Run("test", "-c", "/dev/null").Succeeded();
    }

    [Theory]
    [InlineData("", "Nothing is to be sampled")]
    [InlineData("-c 0 true", "-c: '0'")]
    [InlineData("-F x true", "-F: 'x'")]
    [InlineData("-c 5 -F 5 true", "-c and -F exclude")]
    [InlineData("-m 0 true", "-m: ")]
    [InlineData("-m 9999M true", "-m: ")]
    [InlineData("-m big true", "-m: 'big'")]
    [InlineData("--call-graph dwarf true", "--call-graph: 'dwarf'")]
    [InlineData("--user-callchains --kernel-callchains true", "exclude each other")]
    [InlineData("--jit --no-jit true", "exclude each other")]
    [InlineData("-t 1 -p 1", "Only one of")]
    [InlineData("-p 1,x", "-p: 'x'")]
    [InlineData("-e page-fauts true", "Did you mean 'page-faults'")]
    [InlineData("--nonsense", "There is no option --nonsense.\nSee what there is:  pfmon record --help")]
    public void Refuses_a_wrong_command_line(string arguments, string message)
    {
        using var recording = new Recording();
        var result = recording.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(recording.Path));
    }

    [Theory]
    [InlineData("/no/such/folder/perf.data", "There is no folder /no/such/folder.")]
    [InlineData("/etc", "/etc")]
    public void A_file_that_cannot_be_written_is_said_before_the_command_runs(string path, string message)
    {
        var result = Pfmon.Run("record", "-o", path, "--", "sh", "-c", "echo ran");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"Cannot write {path}.\n", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_ordinary_user_samples_user_mode_and_is_told_why()
    {
        Requires.Root();
        Requires.Command("setpriv");
        Skip.If(HostDescription.Current.Settings.PerfEventParanoid is not 2, "kernel.perf_event_paranoid is not 2. Run: sudo sysctl kernel.perf_event_paranoid=2");
        string[] nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
        Skip.If(RunResult.Run("setpriv", [.. nobody, "test", "-x", Pfmon.Program]).ExitCode != 0, "the source tree is hidden from other users. Move it out of a home folder");
        using var recording = new Recording();
        RunResult.Run("chown", "-R", "65534", Path.GetDirectoryName(recording.Path)!).Succeeded();

        var result = RunResult.Run("setpriv", [.. nobody, Pfmon.Program, "record", "-e", "cpu-clock", "-o", recording.Path, CProgram.Named("spin"), "300"]).Succeeded();
        Assert.Contains("Kernel mode is left out (:u): kernel.perf_event_paranoid is 2.\nSample it too:  sudo sysctl kernel.perf_event_paranoid=1", result.Error, StringComparison.Ordinal);
        Assert.True(Recording.Told(result.Error).Samples > 0);

        var refused = RunResult.Run("setpriv", [.. nobody, Pfmon.Program, "record", "-a", "-o", recording.Path]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("sudo sysctl kernel.perf_event_paranoid=0", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>A program that runs its function work all the time.</summary>
    internal static RunningProgram RunningWork() => RunningProgram.Start("named_functions", "work");

    internal static void RequiresWholeCpus() => Skip.IfNot(
        HostDescription.Current.User.MayMonitorAll || HostDescription.Current.Settings.PerfEventParanoid < 1,
        "whole CPUs may not be sampled. Run: sudo sysctl kernel.perf_event_paranoid=0");
}
