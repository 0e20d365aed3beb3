using System.Diagnostics;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Tests.Sets.Experiments;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sets;

/// <summary>Event sets on processes, commands and several CPUs, whose turns are ended by looking.</summary>
public sealed class ManyThreadSetTests
{
    private static readonly EventSetOptions s_options = new() { Switch = SetSwitch.After(TimeSpan.FromMilliseconds(2)), SliceCapacity = 10_000 };

    [SkippableTheory]
    [InlineData("1")]
    [InlineData("8")]
    public async Task A_command_and_its_threads_are_counted_in_turns(string threads)
    {
        Counting.Needs();
        const ulong calls = 2_000_000;
        using var session = EventSetSession.Create([$"{Counting.Getppid},task-clock", "task-clock,page-faults", "task-clock,context-switches"], s_options);
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), [$"{calls}", threads]));
        session.Start();
        await session.Command!.WaitForExitAsync();
        var reading = session.Read();
        var count = reading[Counting.Getppid];
        Assert.Null(session.Notice);
        Assert.True(reading.Switching.Switches > 10, $"{reading.Switching}");
        Assert.Equal(CountState.Estimated, count.Count.State);
        Assert.InRange((double)count.Count.Value, calls * 0.85, calls * 1.15);

        // What every set has is counted all of the time: the sets' times are the threads' time.
        var clock = reading["task-clock"].Count;
        Assert.InRange(reading.ActiveTime.TotalNanoseconds, clock.Raw * 0.98, clock.Raw * 1.02);
        Assert.InRange(reading.MonitoredTime!.Value.TotalNanoseconds, clock.Value * 0.98, clock.Value * 1.02);
        Assert.InRange(clock.ShareOfTime, 0.7, 1);
        Assert.InRange(reading.Sets.Max(set => set.Runs) - reading.Sets.Min(set => set.Runs), 0UL, 1UL);

        // Turns are of one length, whichever set's: in the middle, as the one in which the host let nobody look is as long as that took.
        double[] turns = [.. SliceReplay.Take(session).GroupBy(slice => slice.Set, slice => slice.Duration).Select(of => of.Order().ElementAt(of.Count() / 2) / 2e6)];
        Assert.Equal(3, turns.Length);
        Assert.All(turns, turn => Assert.InRange(turn, 0.99, 3));
    }

    [SkippableFact]
    public async Task A_command_is_monitored_from_its_first_moment()
    {
        Counting.Needs();
        var kernel = ScriptedKernel.OnLinux();
        kernel.PauseAfterRelease = TimeSpan.FromMilliseconds(50);
        using var session = EventSetSession.Create([EventSet.Of("task-clock"), EventSet.Of("task-clock,page-faults")], s_options, kernel, HostDescription.Current);
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), ["200000"]));
        session.Start();
        await session.Command!.WaitForExitAsync();
        var reading = session.Read();
        Assert.True(reading.MonitoredTime >= reading.ActiveTime, $"{reading.ActiveTime} of {reading.MonitoredTime}");
        Assert.Equal([], kernel.OpenDescriptors);
    }

    [SkippableFact]
    public void A_process_gives_way_after_the_events_of_all_its_threads()
    {
        Counting.Needs();
        var trigger = EventSet.Of(Counting.Getppid).Events[0];
        using var session = EventSetSession.Create(["page-faults", "context-switches"], s_options with { Switch = SetSwitch.OnOverflow(trigger, 1000, 50) });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), ["2000000", "4"]));
        session.Start();
        session.Command!.WaitForExitAsync().Wait();
        var slices = SliceReplay.Take(session);

        // It looks now and then: a turn ends some events after the 50th overflow, and these are of the next turn's first period.
        Assert.True(slices.Count > 5, $"{slices.Count} slices");
        Assert.All(slices[..^1], slice => Assert.True(slice.Counts[1].Value > 49_000, string.Join(" ", slice.Counts)));

        // What other threads do while one set is stopped and the next is started is in none.
        Assert.InRange(slices.Aggregate(0UL, (sum, slice) => sum + slice.Counts[1].Value), 1_900_000UL, 2_000_000UL);
    }

    [SkippableFact]
    public void A_process_that_sleeps_keeps_its_turn_and_costs_little()
    {
        Requires.CCompiler();
        using var program = RunningProgram.Start("sleeper");
        using var session = EventSetSession.Create(["page-faults", "context-switches"], s_options);
        session.Attach(Target.Process(program.Pid));
        session.Start();
        Thread.Sleep(100);
        Assert.Equal(0UL, session.Read().Switching.Switches);
        Assert.Equal(0, program.End());
        for (var waited = 0; !session.HasTargetEnded && waited < 5000; waited++)
        {
            Thread.Sleep(1);
        }

        Assert.True(session.HasTargetEnded);
        Assert.Equal([1UL, 0UL], session.Read().Sets.Select(set => set.Runs));
    }

    [SkippableFact]
    public void Breakpoints_of_sets_are_inherited()
    {
        Requires.CCompiler();
        using var program = RunningProgram.Start("phased_writes", "600", "1");
        string[] events = [.. Enumerable.Range(0, 12).Select(_ => $"mem:{program.ReadLine()}/8:w:u")];
        using var session = EventSetSession.Create([.. events.Chunk(4).Select(some => string.Join(',', some))], s_options with { Switch = SetSwitch.After(TimeSpan.FromMilliseconds(10)) });
        session.Attach(Target.Process(program.Pid));
        session.Start();
        program.Go();
        var truth = events.Select(_ => double.Parse(program.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        session.Stop();
        var reading = session.Read();
        Assert.Null(session.Notice);
        Assert.True(reading.Switching.Switches > 20, $"{reading.Switching}");
        Assert.All(events.Zip(truth), pair => Assert.InRange((double)reading[pair.First].Count.Value, pair.Second * 0.9, pair.Second * 1.1));
    }

    [SkippableFact]
    public void All_cpus_give_way_by_the_wall_clock()
    {
        Requires.Root();
        using var session = EventSetSession.Create(["cpu-clock,context-switches", "cpu-clock,page-faults"], s_options with { Switch = SetSwitch.After(TimeSpan.FromMilliseconds(5)) });
        session.Attach(Target.AllCpus);
        var watch = Stopwatch.StartNew();
        session.Start();
        while (session.Read().Switching.Switches < 100 && watch.Elapsed < TimeSpan.FromSeconds(20))
        {
            Thread.Sleep(10);
        }

        session.Stop();
        var elapsed = watch.Elapsed;
        var reading = session.Read();
        Assert.InRange(reading.ActiveTime / elapsed, 0.8, 1.0);
        Assert.InRange((double)reading.Switching.Switches, elapsed.TotalMilliseconds / 5 * 0.3, elapsed.TotalMilliseconds / 5);
        Assert.InRange((double)reading["cpu-clock"].Count.Value, elapsed.TotalNanoseconds * 0.8 * Environment.ProcessorCount, elapsed.TotalNanoseconds * Environment.ProcessorCount);
    }

    [Fact]
    public void A_thread_that_ends_while_its_sets_switch_leaves_all_it_did()
    {
        ulong switches = 0;
        for (var i = 0; i < 20; i++)
        {
            using var session = EventSetSession.Create(["page-faults", "context-switches"], s_options with { Switch = SetSwitch.After(TimeSpan.FromMicroseconds(200)) });
            using var attached = new ManualResetEventSlim();
            var id = 0;
            using var ready = new ManualResetEventSlim();
            var thread = new Thread(() =>
            {
                id = Native.LinuxKernel.Instance.CurrentThread;
                ready.Set();
                attached.Wait();
                for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < 5;)
                {
                }
            });
            thread.Start();
            ready.Wait();
            session.Attach(Target.Thread(id));
            session.Start();
            attached.Set();
            thread.Join();
            while (!session.HasTargetEnded)
            {
                Thread.Sleep(1);
            }

            switches += session.Read().Switching.Switches;
            Assert.Null(session.Notice);
        }

        Assert.True(switches > 40, $"{switches} switches");
    }
}
