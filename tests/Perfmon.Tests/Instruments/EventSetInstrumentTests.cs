using System.Globalization;
using Perfmon.Instruments;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Instruments;

/// <summary>What a collector sees of event sets that take turns on a real program.</summary>
public sealed class EventSetInstrumentTests
{
    private const string Calls = "perfmon.syscalls.sys_enter_getppid";

    [SkippableFact]
    public void Estimates_come_with_their_intervals_and_turns()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("paced_calls", "400", "steady");
        using var session = EventSetSession.Create(
            [$"task-clock,{Counting.Getppid}", "task-clock,page-faults", "task-clock,cpu-migrations:u"], new EventSetOptions { Switch = SetSwitch.After(TimeSpan.FromMilliseconds(2)) });
        session.Attach(Target.Thread(program.Pid));
        using var instruments = SessionInstruments.Publish(session);
        using var collector = new Collector(instruments);
        Assert.DoesNotContain(collector.Collect(), one => one.Name == Calls);
        session.Start();
        program.Go();
        var calls = ulong.Parse(program.ReadLine()!.Split(' ')[1], CultureInfo.InvariantCulture);
        session.Stop();
        var collected = collector.Collect();
        var reading = session.Read();

        var count = reading[Counting.Getppid];
        var counted = collected.Of(Calls);
        Assert.Equal((double)count.Count.Value, counted.Value);
        Assert.InRange(counted.Value, calls * 0.7, calls * 1.3);
        Assert.Equal((0, program.Pid), (counted.Tags["perfmon.set"], counted.Tags["perfmon.tid"]));
        Assert.Equal(count.Count.ShareOfTime, collected.Of("perfmon.events.share_of_time", Counting.Getppid).Value);
        var low = collected.Of("perfmon.estimate.low.syscalls.sys_enter_getppid");
        Assert.Equal(((double)count.Interval!.Low!.Value, "{call}"), (low.Value, low.Instrument.Unit));
        Assert.Equal((double)count.Interval.High!.Value, collected.Of("perfmon.estimate.high.syscalls.sys_enter_getppid").Value);

        // All sets have it: it is exact, there once, and belongs to none.
        var clock = collected.Of("perfmon.task_clock");
        Assert.DoesNotContain("perfmon.set", clock.Tags.Keys);
        Assert.Equal(reading["task-clock"].Count.Value / 1e9, clock.Value, 12);
        Assert.Equal("never_happens", collected.Of("perfmon.events.not_counted", "cpu-migrations:u").Tags["perfmon.reason"]);

        Assert.Equal(reading.Switching.Switches, (ulong)collected.Of("perfmon.sets.switches").Value);
        Assert.Equal(
            reading.Sets.Select(set => (double)set.Runs),
            collected.Where(one => one.Name == "perfmon.sets.runs").OrderBy(one => one.Tags["perfmon.set"]).Select(one => one.Value));
        Assert.Equal(reading.ActiveTime.TotalSeconds, collected.Where(one => one.Name == "perfmon.sets.active_time").Sum(one => one.Value), 3);
        Assert.Equal(reading.UncoveredShare is not null, collected.Exists(one => one.Name == "perfmon.sets.uncovered_share"));
        Assert.Equal(0, collected.Of("perfmon.sets.lost_slices").Value);
    }

    [SkippableFact]
    public void One_set_is_exact_and_has_no_interval()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = EventSetSession.Create([Counting.Getppid]);
        session.Attach(Target.Process(program.Pid));
        using var instruments = SessionInstruments.Publish(session);
        using var collector = new Collector(instruments);
        session.Start();
        foreach (var (batch, total) in new[] { (300, 300), (50, 350) })
        {
            program.Go($"{batch}");
            Assert.Equal($"done {batch}", program.ReadLine());
            var collected = collector.Collect();
            Assert.Equal(total, collected.Of(Calls).Value);
            Assert.DoesNotContain(collected, one => one.Name.Contains("estimate", StringComparison.Ordinal));
            Assert.Equal(1, collected.Of("perfmon.events.share_of_time").Value);
        }

        session.Dispose();
        Assert.Empty(collector.Collect());
    }
}
