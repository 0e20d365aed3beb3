using System.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>Each kind of target on the running kernel, by events whose number is known: no call more, no call less.</summary>
public sealed class TargetTests
{
    [SkippableTheory]
    [InlineData("1000000", "1", 1_000_000UL)]
    [InlineData("1000003", "7", 1_000_003UL)]
    public async Task A_command_from_its_first_instruction(string calls, string threads, ulong expected)
    {
        Counting.Needs();
        var (reading, exit) = await Counting.Command(Counting.Getppid, SessionOptions.Default, CProgram.Named("getppid_calls"), calls, threads);
        Assert.Equal(0, exit.ExitCode);
        Counting.Exactly(expected, reading[0].Count);
    }

    [SkippableTheory]
    [InlineData(Following.Nothing, 0UL)]
    [InlineData(Following.Threads, 1000UL)]
    [InlineData(Following.ThreadsAndProcesses, 1000UL)]
    public async Task A_commands_threads_as_asked(Following following, ulong expected)
    {
        Counting.Needs();
        var options = new SessionOptions { Following = following };
        var (reading, _) = await Counting.Command(Counting.Getppid, options, CProgram.Named("getppid_calls"), "1000", "4");
        Counting.Exactly(expected, reading[0].Count);
    }

    /// <summary>The shell itself makes a call or two as it starts; its children make 500 each.</summary>
    [SkippableFact]
    public async Task A_commands_children_as_asked()
    {
        Counting.Needs();
        var program = CProgram.Named("getppid_calls");
        async Task<ulong> Calls(Following following)
        {
            string[] arguments = ["-c", $"{program} 500; {program} 500 2; true"];
            return (await Counting.Command(Counting.Getppid, new SessionOptions { Following = following }, "sh", arguments)).Reading[0].Count.Value;
        }

        var shell = await Calls(Following.Threads);
        Assert.InRange(shell, 0UL, 100UL);
        Assert.Equal(shell + 1000, await Calls(Following.ThreadsAndProcesses));
    }

    [SkippableFact]
    public void The_calling_thread_and_no_other()
    {
        Counting.Needs(programs: false);
        using var session = MonitoringSession.Create(Counting.Settime);
        session.Attach(Target.CallingThread);
        session.Start();
        var other = new Thread(() => Counting.CallSettime(5000));
        other.Start();
        Counting.CallSettime(3000);
        other.Join();
        Counting.Exactly(3000, session.Read()[0].Count);
    }

    [SkippableFact]
    public void Another_thread_until_it_ends()
    {
        Counting.Needs(programs: false);
        using var session = MonitoringSession.Create(Counting.Settime, "task-clock");
        using var go = new ManualResetEventSlim();
        var id = new TaskCompletionSource<int>();
        var thread = new Thread(() =>
        {
            id.SetResult(LinuxKernel.Instance.CurrentThread);
            go.Wait();
            Counting.CallSettime(4000);
        });
        thread.Start();
        session.Attach(Target.Thread(id.Task.Result));
        session.Start();
        Counting.CallSettime(1000);
        go.Set();
        thread.Join();

        Counting.WaitForEnd(session);
        Assert.Equal((SessionState.Unloaded, false), (session.State, session.IsStarted));
        Counting.Exactly(4000, session.Read()[0].Count);
        Assert.InRange(session.Read()["task-clock"].Value, 1UL, 60_000_000_000UL);
        session.Stop();
        session.Detach();
    }

    /// <summary>Threads that are born and die all the time, also while the session attaches, are each counted once.</summary>
    [SkippableTheory]
    [InlineData("0", 1)]
    [InlineData("300", 10)]
    public void A_process_with_every_thread_it_will_have(string churn, int times)
    {
        Counting.Needs();
        for (var i = 0; i < times; i++)
        {
            using var session = MonitoringSession.Create(Counting.Getppid);
            using var program = RunningProgram.Start("thread_churn", "3", "2000", "8", "10", churn);
            session.Attach(Target.Process(program.Pid));
            Assert.Null(session.Notice);
            session.Start();
            program.Go();
            Assert.Equal("calls 20000", program.ReadLine());
            Assert.Equal(0, program.End());
            Counting.WaitForEnd(session);
            Counting.Exactly(20_000, session.Read()[0].Count);
        }
    }

    /// <summary>While threads are born and die, each reading holds all that the one before it held.</summary>
    [SkippableFact]
    public void A_process_that_is_read_all_the_time_never_counts_back()
    {
        Counting.Needs();
        using var session = MonitoringSession.Create($"{Counting.Getppid},raw_syscalls:sys_enter,{Counting.Getppid}:u,{Counting.Getppid},task-clock");
        using var program = RunningProgram.Start("thread_churn", "1", "4000", "8", "5");
        session.Attach(Target.Process(program.Pid));
        session.Start();
        program.Go();
        var counts = new Count[5];
        var last = new ulong[5];
        var reads = 0;
        for (; !session.HasTargetEnded; reads++)
        {
            session.Read(counts);
            for (var i = 0; i < counts.Length; i++)
            {
                Assert.True(counts[i].Value >= last[i], $"event {i}: {counts[i].Value} after {last[i]}, reading {reads}");
                last[i] = counts[i].Value;
            }
        }

        Assert.InRange(reads, 10, int.MaxValue);
        var reading = session.Read();
        Counting.Exactly(20_000, reading[0].Count);
        Counting.Exactly(20_000, reading[3].Count);
    }

    [SkippableFact]
    public void A_process_whose_pages_are_counted()
    {
        Requires.CCompiler();
        using var session = MonitoringSession.Create("page-faults,minor-faults,major-faults");
        using var program = RunningProgram.Start("page_touch", "5000", "wait");
        session.Attach(Target.Process(program.Pid));
        session.Start();
        program.Go();
        Assert.Equal("faults 5000", program.ReadLine());
        var reading = session.Read();
        Counting.Exactly(5000, reading["page-faults"]);
        Counting.Exactly(5000, reading["minor-faults"]);
        Counting.Exactly(0, reading["major-faults"]);
    }

    [SkippableFact]
    public void A_process_that_sleeps_counts_nothing_and_says_that()
    {
        Requires.CCompiler();
        using var session = MonitoringSession.Create("page-faults");
        using var program = RunningProgram.Start("sleeper");
        session.Attach(Target.Process(program.Pid));
        session.Start();
        var read = session.Read()[0];
        Assert.Equal((CountState.NotCounted, 0UL), (read.Count.State, read.Count.TimeRunning));
        Assert.Equal("the target did not run while monitoring was on", read.Reason);
    }

    /// <summary>A clock that runs on every CPU counts the time of all of them.</summary>
    [SkippableFact]
    public void All_cpus_have_their_time()
    {
        Requires.Root();
        using var session = MonitoringSession.Create("cpu-clock");
        session.Attach(Target.AllCpus);
        session.Start();
        var time = Stopwatch.StartNew();
        Thread.Sleep(300);
        var elapsed = (ulong)time.Elapsed.TotalNanoseconds;
        session.Stop();
        var clock = session.Read()[0].Count;
        var cpus = (ulong)HostDescription.Current.Cpus.Online.Count;
        Assert.InRange(clock.TimeEnabled / cpus, elapsed * 9 / 10, elapsed * 2);
        Assert.InRange(clock.Value, clock.TimeEnabled * 9 / 10, clock.TimeEnabled * 11 / 10);
    }

    [SkippableFact]
    public void A_cgroup_counts_its_members_only()
    {
        Counting.Needs();
        var mount = File.ReadLines("/proc/mounts").Select(line => line.Split(' ')).FirstOrDefault(fields => fields[2] == "cgroup2")?[1];
        Skip.If(mount is null, "no cgroup2 file system is mounted. Run: sudo mount -t cgroup2 none /mnt");
        var folder = Path.Combine(mount!, $"perfmon-test-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Skip.If(true, $"no cgroup can be made: {refused.Message}");
        }

        try
        {
            using var session = MonitoringSession.Create(Counting.Getppid);
            session.Attach(Target.Cgroup(folder));
            session.Start();
            var program = CProgram.Named("getppid_calls");
            RunResult.Run(program, "70000").Succeeded();
            RunResult.Run("sh", "-c", $"echo $$ >'{folder}/cgroup.procs' && exec {program} 30001 2").Succeeded();
            Assert.Equal(30_001UL, session.Read()[0].Count.Value);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}
