using System.Diagnostics;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Hardware;
using Perfmon.Tests.Support;
using Perfmon.V3;

namespace Perfmon.Tests.V3;

/// <summary>Event sets that give way to each other by time, on the real kernel.</summary>
public sealed class PfmSetSwitchingTests : IDisposable
{
    private const ulong TaskClock = (1UL << 63) | (1UL << 32) | 1;
    private const ulong CpuClock = (1UL << 63) | (1UL << 32);

    private int _session = -1;

    public void Dispose() => Pfm.Close(_session);

    [Fact]
    public void A_busy_thread_gives_each_set_its_time()
    {
        const ulong slice = 2_000_000;
        Create(PfmSessionFlags.None, slice, 0, 5, 9);
        Attach(LinuxKernel.Instance.CurrentThread);

        // A session that never switches tells the truth. It counts within the other, whose start and end cost time of their own.
        using var truth = MonitoringSession.Create("task-clock");
        truth.Attach(Target.CallingThread);
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        truth.Start();
        Spin(TimeSpan.FromMilliseconds(10));
        var before = Info(0, 5, 9);
        var start = truth.Read()[0].Count.Value;
        Spin(TimeSpan.FromMilliseconds(200));
        var used = (double)(truth.Read()[0].Count.Value - start);
        truth.Stop();
        Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();
        var sets = Info(0, 5, 9);

        // Each run but the last lasts its slice, on average, and all of the time is some set's.
        var runs = sets.Sum(set => (double)set.Runs) - before.Sum(set => (double)set.Runs);
        var active = sets.Sum(set => (double)set.Duration) - before.Sum(set => (double)set.Duration);
        Assert.InRange(runs, 1, (active / slice * 1.05) + 1);
        Assert.InRange(sets.Max(set => set.Runs) - sets.Min(set => set.Runs), 0UL, 1UL);
        Assert.All(sets, set => Assert.True(set.Duration + slice > set.Runs * slice * 0.95, $"{set.Runs} runs in {set.Duration} ns"));
        Assert.True(active >= used * 0.99, $"{active} of {used} ns");

        // What a set's clock counted is its time.
        Assert.All(sets, set => Assert.InRange((double)Read(set.Id), set.Duration * 0.99, (set.Duration * 1.01) + 100_000));
    }

    [SkippableFact]
    public void A_thread_that_sleeps_keeps_what_is_left_of_its_slice()
    {
        Requires.CCompiler();
        using var sleeper = RunningProgram.Start("sleeper");
        sleeper.WaitUntilAsleep();
        Create(PfmSessionFlags.None, 1_000_000, 0, 1);
        Attach(sleeper.Pid);
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        Thread.Sleep(100);
        Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();
        var sets = Info(0, 1);
        Assert.Equal((1UL, 0UL), (sets[0].Runs, sets[1].Runs));
        Assert.Equal((0UL, 0UL), (sets[0].Duration, sets[1].Duration));
    }

    [SkippableFact]
    public void A_cpu_switches_by_the_wall_clock()
    {
        Requires.Root();
        const ulong slice = 5_000_000;
        Create(PfmSessionFlags.SystemWide, slice, 0, 1);
        Attach(0);
        var watch = Stopwatch.StartNew();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        Thread.Sleep(200);
        Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();
        var elapsed = watch.Elapsed.TotalNanoseconds;
        var sets = Info(0, 1);
        Assert.InRange(sets.Sum(set => (double)set.Runs), elapsed / slice * 0.5, (elapsed / slice) + 1);
        Assert.InRange(sets.Sum(set => (double)set.Duration), elapsed * 0.95, elapsed);
    }

    [SkippableFact]
    public void A_target_that_ends_ends_the_switching_and_leaves_the_counts()
    {
        Requires.CCompiler();
        Create(PfmSessionFlags.None, 1_000_000, 0, 1, 2);
        using var program = RunningProgram.Start("fixed_loop", "500000000");
        Attach(program.Pid);
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        program.Go();
        Assert.Equal(0, program.End());
        while (Pfm.State(_session) != SessionState.Unloaded)
        {
            Thread.Sleep(1);
        }

        var sets = Info(0, 1, 2);
        Assert.True(sets.Sum(set => (double)set.Runs) > 5, string.Join(", ", sets.Select(set => set.Runs)));
        Assert.Equal(0, Pfm.ReadMessage(_session, out _).Errno);
        Assert.All(sets, set => Assert.InRange((double)Read(set.Id), set.Duration * 0.99, (set.Duration * 1.01) + 100_000));
    }

    [Fact]
    public void Sets_go_on_after_stop_and_start_and_after_another_attach()
    {
        Create(PfmSessionFlags.None, 1_000_000, 0, 1);
        ulong last = 0;
        for (var attach = 0; attach < 3; attach++)
        {
            Attach(LinuxKernel.Instance.CurrentThread);
            for (var start = 0; start < 3; start++)
            {
                Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
                _ = FixedLoopTests.Work(10_000_000);
                Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();
            }

            Pfm.ControlSession(_session, PfmControl.Detach).OrThrow();
            var runs = Info(0, 1).Aggregate(0UL, (sum, set) => sum + set.Runs);
            Assert.True(runs >= last + 5, $"{runs} runs, {last} before");
            last = runs;
        }
    }

    private static void Spin(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
        }
    }

    private void Create(PfmSessionFlags flags, ulong timeout, params ushort[] ids)
    {
        _session = Pfm.CreateSession(flags, out _).OrThrow();
        Pfm.ControlSets(_session, PfmSetControl.Create, [.. ids.Select(id => new PfargSetDesc { Id = id, Flags = PfmSetFlags.TimeSwitch, Timeout = timeout })]).OrThrow();
        var clock = flags == PfmSessionFlags.SystemWide ? CpuClock : TaskClock;
        Pfm.WritePmrs(_session, PfmRegisterType.Pmc, [.. ids.Select(id => new PfargPmr { Set = id, Number = 256, Value = clock })]).OrThrow();
        Pfm.WritePmrs(_session, PfmRegisterType.Pmd, [.. ids.Select(id => new PfargPmr { Set = id, Number = 256 })]).OrThrow();
    }

    private void Attach(int target) => Pfm.ControlSession(_session, PfmControl.Attach, target).OrThrow();

    private ulong Read(ushort set)
    {
        PfargPmr[] vector = [new() { Set = set, Number = 256 }];
        Pfm.ReadPmrs(_session, vector).OrThrow();
        return vector[0].Value;
    }

    private PfargSetInfo[] Info(params ushort[] ids)
    {
        PfargSetInfo[] vector = [.. ids.Select(id => new PfargSetInfo { Id = id })];
        Pfm.ReadSets(_session, vector).OrThrow();
        return vector;
    }
}
