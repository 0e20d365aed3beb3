using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>
/// Calls of one function of one program, which nobody else on the machine makes: exact on a process, and on whole CPUs too. These tests
/// share the program, so they are one class.
/// </summary>
public sealed class UprobeTests
{
    private const ulong Calls = 1234;

    [SkippableFact]
    public void Of_a_process()
    {
        using var program = Start(out var probe);
        using var session = MonitoringSession.Create(probe);
        session.Attach(Target.Process(program.Pid));
        session.Start();
        Go(program);
        Counting.Exactly(Calls, session.Read()[0].Count);
    }

    [SkippableFact]
    public void Of_all_cpus()
    {
        using var program = Start(out var probe);
        using var session = MonitoringSession.Create($"{probe},cpu-clock");
        session.Attach(Target.AllCpus);
        session.Start();
        Go(program);
        Counting.Exactly(Calls, session.Read()[0].Count);
    }

    [SkippableFact]
    public void Of_the_cpu_that_it_runs_on_and_no_other()
    {
        Requires.Command("taskset");
        int[] cpus = [.. HostDescription.Current.Cpus.Online];
        Skip.If(cpus.Length < 2, "needs two CPUs.");
        using var program = Start(out var probe);
        RunResult.Run("taskset", "-p", "-c", $"{cpus[1]}", $"{program.Pid}").Succeeded();
        using var there = MonitoringSession.Create(probe);
        using var here = MonitoringSession.Create(probe);
        there.Attach(Target.Cpu(cpus[0]));
        here.Attach(Target.Cpus(CpuList.Of(cpus[1])));
        there.Start();
        here.Start();
        Go(program);
        Counting.Exactly(0, there.Read()[0].Count);
        Counting.Exactly(Calls, here.Read()[0].Count);
    }

    private static RunningProgram Start(out string probe)
    {
        Requires.Root();
        Skip.If(HostDescription.Current.Pmus.Find("uprobe") is null, "This machine has no PMU 'uprobe'.");
        var program = RunningProgram.Start("probed_function", $"{Calls}");
        probe = $"uprobe/path={CProgram.Named("probed_function")},offset={program.ReadLine()!.Split(' ')[1]}/";
        return program;
    }

    private static void Go(RunningProgram program)
    {
        program.Go();
        Assert.Equal("done", program.ReadLine());
    }
}
