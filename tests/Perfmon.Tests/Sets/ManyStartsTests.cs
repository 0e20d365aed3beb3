using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sets;

/// <summary>Sets of a session that starts and stops so often that no run is as long as a turn.</summary>
[Collection(OneAtATime.Name)]
public sealed class ManyStartsTests
{
    private const int Starts = 100;
    private const int CallsInRun = 50;
    private const int Attempts = 20;

    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_pause = 2 * s_turn;

    [SkippableTheory]
    [InlineData("reference-ratio", true)]
    [InlineData("reference-ratio", false)]
    [InlineData("trapezoid", true)]
    [InlineData("trapezoid", false)]
    [InlineData("constant-ratio", false)]
    public void Every_set_has_its_turns_and_an_estimate_an_interval_that_says_something(string kind, bool process)
    {
        Counting.Needs(programs: false);
        var (reading, longest) = Measure(kind, process);
        for (var attempt = 1; !process && longest > s_pause; attempt++)
        {
            // While .NET collects other tests' garbage this thread waits for it, several turns of its own time: a program that does that once is another one, of which little is known.
            Assert.True(attempt < Attempts, $"a slice is {longest.TotalMilliseconds:F1} ms long, each time");
            (reading, longest) = Measure(kind, process);
        }

        Assert.All(reading.Sets, set => Assert.InRange(set.Runs, 8UL, 100UL));
        Assert.InRange(reading.Sets.Max(set => set.Runs) - reading.Sets.Min(set => set.Runs), 0UL, 1UL);

        // What the session itself does at every start, stop and switch is in the time of a thread or process that counts itself.
        const double truth = Starts * CallsInRun;
        var count = reading[Counting.Settime];
        var interval = Assert.IsType<CountInterval>(count.Interval);
        var half = 1.96 * Assert.NotNull(interval.StandardError);
        Assert.InRange((double)count.Count.Value, truth * 0.7, truth * 1.4);
        Assert.InRange(half / truth, 0.0001, 1);
        Assert.InRange(count.Count.ShareOfTime, 0.2, 0.5);
    }

    [SkippableFact]
    public void Turns_by_overflow_go_on_too()
    {
        Counting.Needs(programs: false);
        using var session = EventSetSession.Create([Counting.Settime, $"{Counting.Settime},page-faults"], new EventSetOptions
        {
            Switch = SetSwitch.OnOverflow(EventParser.ParseOrThrow(Counting.Settime, HostDescription.Current)[0], 2 * CallsInRun),
        });
        session.Attach(Target.CallingThread);
        for (var i = 0; i < Starts; i++)
        {
            session.Start();
            Counting.CallSettime(CallsInRun);
            session.Stop();
        }

        var reading = session.Read();
        Assert.InRange(reading.Sets[0].Counts[0].Count.Raw, 4000UL, (ulong)Starts * CallsInRun);
        Assert.All(reading.Sets, set => Assert.InRange(set.Runs, 20UL, 26UL));
    }

    // What was counted, and the longest slice of it.
    private static (EventSetReading Reading, TimeSpan Longest) Measure(string kind, bool process)
    {
        using var session = EventSetSession.Create(
            ["task-clock," + Counting.Settime, "task-clock,page-faults", "task-clock,minor-faults"],
            new EventSetOptions { Switch = SetSwitch.After(s_turn), Estimator = EstimatorKinds.Find(kind)!, SliceCapacity = 1_000_000 });
        session.Attach(process ? Target.Process(Environment.ProcessId) : Target.CallingThread);
        Run();
        for (var i = 0; i < Starts; i++)
        {
            session.Start();
            Run();
            session.Stop();
        }

        Assert.Null(session.Reference);
        var longest = 0UL;
        while (session.TryReadSlice(out var slice))
        {
            longest = Math.Max(longest, slice.Duration);
        }

        return (session.Read(), TimeSpan.FromMicroseconds(longest / 1000));
    }

    // Less than a turn of CPU time, most of it without an event, so that counting them does not slow it down.
    private static void Run()
    {
        for (var call = 0; call < CallsInRun; call++)
        {
            Counting.CallSettime(1);
            Thread.SpinWait(300);
        }
    }
}
