using Perfmon.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary><c>pfmon stat</c> on what runs already, and how it is told to stop.</summary>
public sealed class StatTargetTests
{
    private const string Calls = "syscalls:sys_enter_getppid";
    private const string Threads = "task:task_newtask";

    [SkippableFact]
    public void A_thread_is_counted_alone()
    {
        Requires.TraceFs();
        using var churn = RunningProgram.Start("thread_churn", "2", "200", "4", "5");
        using var pfmon = StartCounting("-t", $"{churn.Pid}", "-e", $"{Threads},{Calls}");
        churn.Go();
        churn.End();
        var total = Pfmon.ParseLines(pfmon.End().Error)[^1];

        // The main thread creates them all and makes no call itself.
        Assert.Equal((200, 0), (Pfmon.Value(total, Threads), Pfmon.Value(total, Calls)));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, total.GetProperty("exit_code").ValueKind);
    }

    [SkippableFact]
    public void A_process_is_counted_with_every_thread_it_starts()
    {
        Requires.TraceFs();
        using var churn = RunningProgram.Start("thread_churn", "3", "2000", "8", "10");
        using var pfmon = StartCounting("-p", $"{churn.Pid}", "-e", $"{Threads},{Calls}");
        churn.Go();
        churn.End();
        var ended = pfmon.End();
        var total = Pfmon.ParseLines(ended.Error)[^1];
        Assert.Equal((0, 2000, 20_000), (ended.ExitCode, Pfmon.Value(total, Threads), Pfmon.Value(total, Calls)));
    }

    [SkippableFact]
    public void Several_processes_are_added_up()
    {
        Requires.TraceFs();
        using var one = RunningProgram.Start("thread_churn", "0", "10", "2", "3");
        using var other = RunningProgram.Start("thread_churn", "0", "20", "2", "5");
        using var pfmon = StartCounting("-p", $"{one.Pid},{other.Pid}", "-e", Calls);
        foreach (var program in new[] { one, other })
        {
            program.Go();
            program.End();
        }

        Assert.Equal(130, Pfmon.Value(Pfmon.ParseLines(pfmon.End().Error)[^1], Calls));
    }

    [SkippableFact]
    public void Without_inheritance_new_threads_are_left_out()
    {
        Requires.TraceFs();
        using var churn = RunningProgram.Start("thread_churn", "0", "10", "2", "3");
        using var pfmon = StartCounting("-p", $"{churn.Pid}", "--no-inherit", "-e", $"{Threads},{Calls}");
        churn.Go();
        churn.End();
        var total = Pfmon.ParseLines(pfmon.End().Error)[^1];
        Assert.Equal((10, 0), (Pfmon.Value(total, Threads), Pfmon.Value(total, Calls)));
    }

    [SkippableFact]
    public void A_target_is_counted_while_a_command_runs()
    {
        Requires.TraceFs();
        using var sleeper = RunningProgram.Start("sleeper");
        var (exitCode, objects) = Pfmon.RunJson(
            "-p", $"{sleeper.Pid}", "-e", $"{Calls},task-clock", "--", "sh", "-c", $"{CProgram.Named("getppid_calls")} 50; exit 3");
        Assert.Equal((3, 3), (exitCode, objects[0].GetProperty("exit_code").GetInt32()));

        // The sleeper slept, and the command's calls are its own.
        Assert.Equal("not_counted", Pfmon.Event(objects[0], Calls).GetProperty("state").GetString());
    }

    [SkippableFact]
    public void All_cpus_are_counted_until_Ctrl_C_and_the_result_is_printed()
    {
        RequiresWholeCpus();
        using var pfmon = Pfmon.Start("stat", "-a", "-I", "50", "-e", "context-switches,task-clock");
        Assert.Contains("time", pfmon.ReadLine(), StringComparison.Ordinal);
        pfmon.Signal("INT");
        var result = pfmon.End();
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Counted all CPUs:", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^context-switches +[\d,]+ ", result.Error);
        Assert.DoesNotContain('\e', result.Error);
    }

    [SkippableFact]
    public void All_cpus_are_counted_while_a_command_runs()
    {
        RequiresWholeCpus();
        Requires.TraceFs();
        var (exitCode, objects) = Pfmon.RunJson("-a", "-e", $"{Calls},cpu-clock", CProgram.Named("getppid_calls"), "4321");
        Assert.Equal(0, exitCode);

        // Other programs may make calls, too.
        Assert.True(Pfmon.Value(objects[0], Calls) >= 4321);
        var cpuTime = Pfmon.Value(objects[0], "cpu-clock");
        var elapsed = objects[0].GetProperty("elapsed_ns").GetInt64() * HostDescription.Current.Cpus.Online.Count;
        Assert.InRange(cpuTime, elapsed / 2, elapsed * 2);
    }

    [Fact]
    public void Sigterm_is_passed_on_and_what_was_counted_is_printed()
    {
        using var pfmon = Pfmon.Start("stat", "-I", "50", "-e", "page-faults", "sleep", "60");
        _ = pfmon.ReadLine();
        _ = pfmon.ReadLine();
        pfmon.Signal("TERM");
        var result = pfmon.End();
        Assert.Equal(143, result.ExitCode);
        Assert.Matches(@"(?m)^page-faults\S* +[1-9]", result.Error);
    }

    [Fact]
    public void Ctrl_C_waits_for_the_command_and_the_second_one_does_not()
    {
        using var pfmon = Pfmon.Start("stat", "-I", "50", "-e", "page-faults", "sleep", "5.4321");
        _ = pfmon.ReadLine();
        _ = pfmon.ReadLine();
        pfmon.Signal("INT");
        Assert.NotNull(pfmon.ReadLine());
        Assert.NotNull(pfmon.ReadLine());
        pfmon.Signal("INT");
        var result = pfmon.End();
        Assert.Equal(130, result.ExitCode);
        Assert.Matches(@"Process \d+ was not waited for, and goes on\.", result.Error);
    }

    [SkippableFact]
    public void A_timeout_ends_the_command_or_the_counting()
    {
        var (exitCode, objects) = Pfmon.RunJson("--timeout", "200", "-e", "page-faults", "sleep", "60");
        Assert.Equal(143, exitCode);
        Assert.InRange(objects[0].GetProperty("elapsed_ns").GetInt64(), 190_000_000, 30_000_000_000);

        using var sleeper = RunningProgram.Start("sleeper");
        (exitCode, objects) = Pfmon.RunJson("--timeout", "100", "-e", "page-faults", "-p", $"{sleeper.Pid}");
        Assert.Equal(0, exitCode);
        Assert.Equal("not_counted", Pfmon.Event(objects[0], "page-faults").GetProperty("state").GetString());
    }

    [Fact]
    public void A_process_that_does_not_exist_is_no_wrong_usage()
    {
        var result = Pfmon.Run("stat", "-p", "4194304", "-e", "page-faults");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("Cannot count process 4194304.\n", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_ordinary_user_counts_user_mode_and_is_told_why()
    {
        Requires.Root();
        Requires.Command("setpriv");
        Skip.If(HostDescription.Current.Settings.PerfEventParanoid is not 2, "kernel.perf_event_paranoid is not 2. Run: sudo sysctl kernel.perf_event_paranoid=2");
        string[] nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
        Skip.If(RunResult.Run("setpriv", [.. nobody, "test", "-x", Pfmon.Program]).ExitCode != 0, "the source tree is hidden from other users. Move it out of a home folder");

        var result = RunResult.Run("setpriv", [.. nobody, Pfmon.Program, "stat", "-e", "page-faults,task-clock:u", "true"]).Succeeded();
        Assert.Matches(@"(?m)^page-faults:u +[1-9]", result.Error);
        Assert.Contains("Kernel mode is left out (:u): kernel.perf_event_paranoid is 2.", result.Error, StringComparison.Ordinal);
        Assert.Contains("sudo sysctl kernel.perf_event_paranoid=1", result.Error, StringComparison.Ordinal);

        var refused = RunResult.Run("setpriv", [.. nobody, Pfmon.Program, "stat", "-a", "-e", "page-faults"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("sudo sysctl kernel.perf_event_paranoid=0", refused.Error, StringComparison.Ordinal);
    }

    private static void RequiresWholeCpus() => Skip.IfNot(
        HostDescription.Current.User.MayMonitorAll || HostDescription.Current.Settings.PerfEventParanoid < 1,
        "whole CPUs may not be counted. Run: sudo sysctl kernel.perf_event_paranoid=0");

    // The first interval shows that counting has begun.
    private static Pfmon StartCounting(params string[] arguments)
    {
        var pfmon = Pfmon.Start(["stat", "--json", "-I", "20", .. arguments]);
        Assert.NotNull(pfmon.ReadLine());
        return pfmon;
    }
}
