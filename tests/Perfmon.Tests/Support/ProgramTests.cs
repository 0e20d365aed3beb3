using System.Globalization;

namespace Perfmon.Tests.Support;

/// <summary>The programs do what their oracles say; other tests rely on it.</summary>
public sealed class ProgramTests
{
    [SkippableTheory]
    [InlineData("1000", "1")]
    [InlineData("1003", "4")]
    public void Getppid_calls_makes_exactly_the_calls(string calls, string threads) =>
        Assert.Equal(long.Parse(calls), CountGetppid(CProgram.Named("getppid_calls"), calls, threads));

    [SkippableFact]
    public void Thread_churn_makes_threads_times_calls() =>
        Assert.Equal(50 * 7, CountGetppid(CProgram.Named("thread_churn"), "3", "50", "4", "7", "100"));

    [SkippableFact]
    public void Thread_churn_waits_for_the_line_and_tells_its_total()
    {
        using var program = RunningProgram.Start("thread_churn", "3", "10", "2", "5", "1000");
        Assert.True(Directory.GetDirectories($"/proc/{program.Pid}/task").Length >= 4);
        program.Go();
        Assert.Equal("calls 50", program.ReadLine());
        Assert.Equal(0, program.End());
    }

    [SkippableFact]
    public void Page_touch_faults_once_a_page()
    {
        using var program = RunningProgram.Start("page_touch", "1000", "wait");
        program.Go();
        Assert.Equal("faults 1000", program.ReadLine());
        Assert.Equal(0, program.End());
    }

    [SkippableFact]
    public void Spin_burns_the_time_asked_for()
    {
        var words = RunResult.Run(CProgram.Named("spin"), "50").Succeeded().Output.Split();
        Assert.Equal("cpu_ns", words[0]);
        Assert.InRange(long.Parse(words[1], CultureInfo.InvariantCulture), 50_000_000, 100_000_000);
    }

    [SkippableFact]
    public void Sleeper_ends_when_its_input_is_closed()
    {
        using var program = RunningProgram.Start("sleeper");
        Assert.Equal(0, program.End());
    }

    // perf counts from the program's start, its threads included.
    private static long CountGetppid(string program, params string[] arguments)
    {
        Requires.Root();
        Requires.TraceFs();
        Requires.Command("perf");
        var result = RunResult.Run("perf", ["stat", "-x,", "-e", "syscalls:sys_enter_getppid", program, .. arguments]).Succeeded();
        return long.Parse(result.Error.Split(',')[0], CultureInfo.InvariantCulture);
    }
}
