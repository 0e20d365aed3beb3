using System.Diagnostics;
using System.Globalization;
using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Tests.Sets.Experiments;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sets;

/// <summary>Event sets by names, on real programs that know what they did.</summary>
public sealed class EventSetSessionTests
{
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(2);

    [SkippableFact]
    public void One_set_is_exact()
    {
        Counting.Needs();
        using var run = Paced("steady", 300, new EventSetOptions { Switch = SetSwitch.After(s_turn) }, Counting.Getppid);
        var count = run.Reading[Counting.Getppid];
        Counting.Exactly(run.Calls, count.Count);
        Assert.Null(count.Interval);
        Assert.Equal(0UL, run.Reading.Switching.Switches);
    }

    [SkippableTheory]
    [InlineData("steady")]
    [InlineData("phased")]
    [InlineData("bursty")]
    [InlineData("sleeping")]
    public void An_estimate_is_within_its_interval_beside_a_session_that_never_switches(string kind)
    {
        Counting.Needs();
        using var run = Paced(kind, 1000, new EventSetOptions { Switch = SetSwitch.After(s_turn), Order = SetOrder.Random(seed: 1) }, Counting.Getppid, "page-faults", "context-switches");
        var count = run.Reading[Counting.Getppid];
        Assert.Equal(CountState.Estimated, count.Count.State);
        Assert.Equal(run.Calls, run.Truth);

        // The intervals hold in 95 of 100 cases; twice their width in practically all.
        var interval = Assert.IsType<CountInterval>(count.Interval);
        Assert.Equal("reference-ratio", interval.Estimator);
        Assert.InRange((double)run.Calls, count.Count.Value - (2 * (double)(count.Count.Value - interval.Low!.Value)), count.Count.Value + (2 * (double)(interval.High!.Value - count.Count.Value)));
        Assert.Equal(run.Reading.Sets[0].ActiveTime / run.Reading.ActiveTime, count.Count.ShareOfTime, tolerance: 0.01);
        Assert.InRange(run.Reading.Sets[0].Runs / run.Reading.Sets.Sum(set => (double)set.Runs), 0.30, 0.37);
        Assert.InRange((double)count.Count.Value, run.Calls * 0.8, run.Calls * 1.2);
    }

    [SkippableFact]
    public void Turns_of_a_thread_that_sleeps_are_of_its_own_time()
    {
        Counting.Needs();
        using var run = Paced("sleeping", 400, new EventSetOptions { Switch = SetSwitch.After(s_turn), SliceCapacity = 1000 }, "page-faults", "context-switches");
        var slices = run.Slices();
        Assert.InRange(slices.Count, 150, 205);

        // Awake for a millisecond and asleep for nine: a turn of two takes twenty of the wall clock's. A CPU that was taken away from this
        // machine as a turn ended makes that one longer, and with it the mean; not the median, nor most of them.
        var turns = slices[1..^1].Select(slice => (double)slice.Duration).Order().ToList();
        Assert.InRange(turns[turns.Count / 2], s_turn.TotalNanoseconds * 0.95, s_turn.TotalNanoseconds * 1.05);
        Assert.InRange(turns[turns.Count / 5], s_turn.TotalNanoseconds * 0.95, s_turn.TotalNanoseconds * 1.05);
        Assert.InRange(turns[turns.Count * 4 / 5], s_turn.TotalNanoseconds * 0.95, s_turn.TotalNanoseconds * 1.05);
        Assert.True(slices[^1].EndedAt > 5 * slices.Sum(slice => (double)slice.Duration), $"{slices[^1].EndedAt} ns");
    }

    [SkippableFact]
    public void Slices_tile_the_targets_time()
    {
        Counting.Needs();
        using var run = Paced("phased", 500, new EventSetOptions { Switch = SetSwitch.After(s_turn), SliceCapacity = 1000 }, Counting.Getppid, "page-faults", "task-clock");
        var slices = run.Slices();
        Assert.Equal(0UL, slices[0].Start);
        Assert.All(slices.Zip(slices.Skip(1)), pair => Assert.Equal(pair.First.Start + pair.First.Duration, pair.Second.Start));
        Assert.All(slices.Zip(slices.Skip(1)), pair => Assert.True(pair.First.EndedAt < pair.Second.EndedAt));
        Assert.Equal(slices.Sum(slice => (double)slice.Duration), run.Reading.Sets.Sum(set => set.ActiveTime.TotalNanoseconds), tolerance: 300);

        // The session that never switches was enabled for all of the time.
        Assert.InRange(slices.Sum(slice => (double)slice.Duration), run.Enabled * 0.99, run.Enabled * 1.01);
        Assert.Equal(run.Reading[Counting.Getppid].Count.Raw, slices.Where(slice => slice.Set == 0).Aggregate(0UL, (sum, slice) => sum + slice.Counts[0].Value));
        Assert.Equal(0UL, run.Reading.LostSlices);
    }

    [SkippableFact]
    public void Slices_that_nobody_reads_are_counted()
    {
        Counting.Needs();
        using var run = Paced("steady", 100, new EventSetOptions { Switch = SetSwitch.After(s_turn), SliceCapacity = 10 }, "page-faults", "task-clock");
        Assert.Equal(10, run.Slices().Count);

        // A turn that began as the session was stopped has no slice.
        Assert.InRange(run.Reading.LostSlices, run.Reading.Switching.Switches - 10, run.Reading.Switching.Switches + 1 - 10);
    }

    [SkippableFact]
    public void Sets_give_way_by_an_events_overflows()
    {
        Counting.Needs();
        var trigger = EventParser.ParseOrThrow(Counting.Getppid, HostDescription.Current)[0];
        using var run = Paced("phased", 2000, new EventSetOptions { Switch = SetSwitch.OnOverflow(trigger, 100, 3), SliceCapacity = 10_000 }, "page-faults", "task-clock");
        Assert.All(run.Slices()[..^1], slice => Assert.Equal(300UL, slice.Counts[1].Value));

        // The trigger is in every set: what came between an overflow and a switch is all that is missing, which is told, and is in the total.
        var count = run.Reading[Counting.Getppid].Count;
        Assert.InRange((double)count.Raw, run.Calls * 0.5, run.Calls);
        Assert.Equal(count.Raw / 300, run.Reading.Switching.Switches);
        Assert.InRange((run.Calls - (double)count.Raw) / run.Calls, 0, run.Reading.UncoveredShare!.Value + 0.05);
        Assert.InRange((double)count.Value, run.Calls * 0.9, run.Calls * 1.1);
    }

    [SkippableFact]
    public void An_event_of_two_sets_is_counted_in_both()
    {
        Counting.Needs();
        using var run = Paced("steady", 300, new EventSetOptions { Switch = SetSwitch.After(s_turn) }, $"{Counting.Getppid},page-faults", "page-faults", $"{Counting.Getppid},page-faults");
        var counts = run.Reading.Sets.Where(set => set.Id != 1).Select(set => set.Counts[0].Count).ToList();
        Assert.Equal(counts[0], counts[1]);
        Assert.Equal((run.Reading.Sets[0].ActiveTime + run.Reading.Sets[2].ActiveTime) / run.Reading.ActiveTime, counts[0].ShareOfTime, tolerance: 0.01);
        AssertEqualRuns(run.Reading);
        Assert.All(run.Reading.Sets.Select(set => set.Counts["page-faults"]), count => Assert.InRange(count.ShareOfTime, 0.95, 1));
    }

    /// <summary>Four busy programs a CPU: the target gets a fifth of one.</summary>
    [SkippableFact]
    public void Ten_thousand_switches_on_an_overloaded_machine_lose_nothing()
    {
        Counting.Needs();
        var busy = Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(_ => Process.Start(new ProcessStartInfo(CProgram.Named("spin"), ["600000"]) { RedirectStandardOutput = true })!).ToList();
        try
        {
            using var program = RunningProgram.Start("paced_calls", "60000", "phased");

            // The program goes in rounds of 20 µs, with which turns of the same length in a fixed order would keep step.
            using var session = EventSetSession.Create([$"{Counting.Getppid},task-clock", "page-faults,task-clock"], new EventSetOptions
            {
                Switch = SetSwitch.After(TimeSpan.FromMicroseconds(263)),
                Order = SetOrder.Random(seed: 1),
                SliceCapacity = 100_000,
            });
            using var truth = MonitoringSession.Create(Counting.Getppid);
            session.Attach(Target.Thread(program.Pid));
            truth.Attach(Target.Thread(program.Pid));
            session.Start();
            truth.Start();
            program.Go();
            for (var waited = 0; session.Read().Switching.Switches < 10_000 && waited < 1200; waited++)
            {
                Thread.Sleep(100);
            }

            session.Stop();
            truth.Stop();
            var (reading, exact) = (session.Read(), truth.Read()[0].Count);
            Assert.InRange(reading.Switching.Switches, 10_000UL, 20_000UL);
            AssertEqualRuns(reading);
            Assert.Equal(0UL, reading.LostSlices);
            Assert.InRange(reading.ActiveTime.TotalNanoseconds, exact.TimeEnabled * 0.99, exact.TimeEnabled * 1.01);
            Assert.InRange(reading.MonitoredTime!.Value.TotalNanoseconds, exact.TimeEnabled * 0.99, exact.TimeEnabled * 1.01);
            Assert.InRange(reading.UncoveredShare!.Value, 0, 0.01);
            Assert.All(reading.Sets, set => Assert.InRange(set.ActiveTime / reading.ActiveTime, 0.48, 0.52));
            Assert.Null(session.Notice);

            // The intervals hold in 95 of 100 cases; twice their width in practically all.
            var (value, interval) = ((double)reading[Counting.Getppid].Count.Value, reading[Counting.Getppid].Interval!);
            Assert.InRange(exact.Value, value - (2 * (value - interval.Low!.Value)), value + (2 * (interval.High!.Value - value)));
        }
        finally
        {
            busy.ForEach(process => process.Kill());
            busy.ForEach(process => process.Dispose());
        }
    }

    [Fact]
    public void Weights_share_out_the_time()
    {
        using var session = EventSetSession.Create(
            ["page-faults", "context-switches"],
            new EventSetOptions { Switch = SetSwitch.After(TimeSpan.FromMilliseconds(1)), Order = SetOrder.Weighted(3, 1), SliceCapacity = 10_000 });
        session.Attach(Target.CallingThread);
        session.Start();
        while (session.Read().Switching.Switches < 200)
        {
            Spin(TimeSpan.FromMilliseconds(20));
        }

        session.Stop();
        var sets = session.Read().Sets;
        Assert.InRange((double)sets[0].Runs / sets[1].Runs, 2.9, 3.1);

        // One that the host lengthens is longer by that, whichever it is.
        var turns = SliceReplay.Take(session).GroupBy(slice => slice.Set, slice => slice.Duration).ToDictionary(of => of.Key, of => of.Order().ElementAt(of.Count() / 2));
        Assert.InRange((double)turns[0] / turns[1], 0.9, 1.1);
    }

    [Fact]
    public void An_interval_has_what_came_since_the_last()
    {
        using var session = EventSetSession.Create(["page-faults", "context-switches"], new EventSetOptions { Switch = SetSwitch.After(TimeSpan.FromMilliseconds(1)) });
        session.Attach(Target.CallingThread);
        session.Start();
        var intervals = new List<EventSetReading>();
        for (var i = 0; i < 4; i++)
        {
            Spin(TimeSpan.FromMilliseconds(20));
            intervals.Add(session.ReadInterval());
        }

        session.Stop();
        intervals.Add(session.ReadInterval());
        var all = session.Read();
        Assert.Equal(all.ActiveTime.TotalNanoseconds, intervals.Sum(interval => interval.ActiveTime.TotalNanoseconds), tolerance: 1000);
        Assert.Equal(all["page-faults"].Count.Raw, intervals.Aggregate(0UL, (sum, interval) => sum + interval["page-faults"].Count.Raw));
        Assert.All(intervals[..4], interval => Assert.InRange(interval.ActiveTime.TotalMilliseconds, 0.1, 20_000));
    }

    [Fact]
    public void Requests_that_make_no_sense_are_refused()
    {
        Assert.Contains("no event set", Assert.Throws<PerfmonException>(() => EventSetSession.Create(Array.Empty<string>())).Message, StringComparison.Ordinal);
        Assert.Contains("100 µs", Assert.Throws<PerfmonException>(() => SetSwitch.After(TimeSpan.FromMicroseconds(99))).Message, StringComparison.Ordinal);
        var trigger = EventParser.ParseOrThrow("page-faults", HostDescription.Current)[0];
        Assert.Contains("0 overflows of 5", Assert.Throws<PerfmonException>(() => SetSwitch.OnOverflow(trigger, 5, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<PerfmonException>(() => SetSwitch.OnOverflow(trigger, ulong.MaxValue / 2, 3));
        using var session = EventSetSession.Create(["page-faults"]);
        Assert.Contains("SliceCapacity", Assert.Throws<PerfmonException>(() => session.TryReadSlice(out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_that_had_no_turn_says_so()
    {
        using var session = EventSetSession.Create(["page-faults", "context-switches"], new EventSetOptions { Switch = SetSwitch.After(TimeSpan.FromHours(1)) });
        session.Attach(Target.CallingThread);
        session.Start();
        Spin(TimeSpan.FromMilliseconds(1));
        session.Stop();
        var count = session.Read()["context-switches"];
        Assert.Equal(CountState.NotCounted, count.Count.State);
        Assert.Equal("its event set had no turn", count.Reason);
        Assert.False(count.LacksCounter);

        // What was counted in the only turn so far was counted all the time.
        Assert.Equal(CountState.Counted, session.Read()["page-faults"].Count.State);
    }

    [SkippableFact]
    public async Task Sets_switch_on_when_the_program_executes_another()
    {
        Counting.Needs();
        using var session = EventSetSession.Create([Counting.Getppid, "page-faults"], new EventSetOptions { Switch = SetSwitch.After(s_turn) });
        session.Attach(Target.Command("sh", ["-c", $"exec {CProgram.Named("getppid_calls")} 3000000"]));
        session.Start();
        await session.Command!.WaitForExitAsync();
        var reading = session.Read();
        Assert.InRange((double)reading[Counting.Getppid].Count.Value, 2_400_000, 3_600_000);
        Assert.True(reading.Switching.Switches > 5, $"{reading.Switching}");
    }

    [SkippableFact]
    public void Two_hundred_sessions_switch_at_once()
    {
        Counting.Needs(tracepoints: false);
        using var program = RunningProgram.Start("phased_work", "20", "2000000", "200", "early");
        var sessions = new List<EventSetSession>();
        try
        {
            foreach (var thread in Directory.GetDirectories($"/proc/{program.Pid}/task").Select(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)).Where(id => id != program.Pid))
            {
                var session = EventSetSession.Create(["page-faults,task-clock", "context-switches,task-clock"], new EventSetOptions { Switch = SetSwitch.After(s_turn) });
                sessions.Add(session);
                session.Attach(Target.Thread(thread));
                session.Start();
            }

            program.Go();
            Assert.Equal(0, program.End());
            while (!sessions.TrueForAll(session => session.HasTargetEnded))
            {
                Thread.Sleep(1);
            }

            // Each set had its turns, and the threads' time is the sets'. Of a thread that runs for 10 ms a single switch that was held up is a large share.
            Assert.Equal(200, sessions.Count);
            var readings = sessions.ConvertAll(session => session.Read());
            Assert.InRange(readings.Sum(reading => reading.ActiveTime / TimeSpan.FromSeconds(1)) / readings.Sum(reading => reading.MonitoredTime!.Value / TimeSpan.FromSeconds(1)), 0.99, 1.01);
            Assert.All(readings, reading =>
            {
                Assert.InRange(reading.ActiveTime.TotalNanoseconds, reading["task-clock"].Count.Raw * 0.98, (reading["task-clock"].Count.Raw * 1.02) + 100_000);
                AssertEqualRuns(reading);
            });
            var switches = readings.Sum(reading => (long)reading.Switching.Switches);
            Assert.True(switches > 200, $"{switches} switches");
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private static void AssertEqualRuns(EventSetReading reading) =>
        Assert.InRange(reading.Sets.Max(set => set.Runs) - reading.Sets.Min(set => set.Runs), 0UL, 1UL);

    private static void Spin(TimeSpan time)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time;)
        {
        }
    }

    // Counts paced_calls in sets, and beside it in a session that never switches.
    private static Counted Paced(string kind, int milliseconds, EventSetOptions options, params string[] sets)
    {
        using var program = RunningProgram.Start("paced_calls", $"{milliseconds}", kind);
        var session = EventSetSession.Create(sets, options);
        using var truth = MonitoringSession.Create(Counting.Getppid);
        session.Attach(Target.Thread(program.Pid));
        truth.Attach(Target.Thread(program.Pid));
        session.Start();
        truth.Start();
        program.Go();
        var words = program.ReadLine()!.Split(' ');
        session.Stop();
        var count = truth.Read()[0].Count;
        return new Counted(session, session.Read(), ulong.Parse(words[1], CultureInfo.InvariantCulture), count.Value, count.TimeEnabled);
    }

    private sealed record Counted(EventSetSession Session, EventSetReading Reading, ulong Calls, ulong Truth, double Enabled) : IDisposable
    {
        public List<EventSetSlice> Slices() => SliceReplay.Take(Session);

        public void Dispose() => Session.Dispose();
    }
}
