using Perfmon.Events;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Perfmon.Tool.Stat;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tests.Tool;

/// <summary>What becomes of event sets on their way to the reader, and of what a user says of them: pure functions.</summary>
public sealed class SetPresentationTests
{
    private static readonly SetTurns s_turns = new()
    {
        Sets =
        [
            new SetTurn(0, 34, TimeSpan.FromMilliseconds(340.12), "every 10 ms", 3),
            new SetTurn(1, 1, TimeSpan.FromMilliseconds(334), "every 10 ms", 1),
            new SetTurn(2, 1234, TimeSpan.FromMilliseconds(325.88), "every 10 ms", 3),
        ],
        ActiveTime = TimeSpan.FromSeconds(1),
        Switches = 1268,
        TimedSwitches = 1000,
        Lateness = 13_400_000,
        LongestLateness = 1_154_321,
        Trust = [TrustCheck.Of([])],
        Estimator = EstimatorKinds.Default,
    };

    private static readonly EventCount[] s_events =
    [
        Counted("page-faults", 12_884),
        Counted("context-switches", 311),
        Counted("task-clock", 1_000_000_000, "ns"),
        Estimated("syscalls:sys_enter_getppid", 48_120, 610),
        Estimated("sched:sched_switch", 2, null),
        new EventCount(Event("cpu-migrations"), new Count { TimeEnabled = 10 }) { LacksTurn = true },
        Counted("task-clock", 1_000_000_000, "ns"),
    ];

    [Fact]
    public void Sets_are_bracketed_with_shares_errors_and_turns() => Assert.Equal(
        """

        Counted x:

        set 0  ┌ page-faults                   12,884              12.884 K/s           100.0 %
               │ context-switches                 311              311.000 /s           100.0 %
               └ task-clock                  1,000.00        msec  0.500 CPUs utilized  100.0 %
                 34 turns, 340.12 ms
        set 1  ─ syscalls:sys_enter_getppid    48,120 ± 610        48.120 K/s            33.4 %  estimated
                 1 turn, 334.00 ms
        set 2  ┌ sched:sched_switch                 2 ± ?          2.000 /s              33.4 %  estimated
               │ cpu-migrations              <not counted>
               └ task-clock                  1,000.00        msec  0.500 CPUs utilized  100.0 %
                 1,234 turns, 325.88 ms

        elapsed    2.000000 s
        active     1.000000 s
        switches        1,268  every 10 ms, 13 µs late on average, 1,154 µs at most
        estimator              reference-ratio without a reference (--reference E)

        Not counted: cpu-migrations: its event set had no turn.
        The end came before. Give shorter turns, such as --switch 1ms, or count for longer.

        A note.


        """,
        Render(s_turns, s_events));

    [Fact]
    public void A_narrow_terminal_shortens_names_after_it_left_out_what_follows_from_counts()
    {
        var wide = Render(s_turns, s_events, width: 80);
        Assert.Contains("\nset 1  ─ syscalls:sys_enter_getppid    48,120 ± 610         33.4 %  estimated\n", wide, StringComparison.Ordinal);
        Assert.Contains("\n       └ task-clock                  1,000.00        msec  100.0 %\n", wide, StringComparison.Ordinal);

        var narrow = Render(s_turns, s_events, width: 66);
        Assert.Contains("\nset 1  ─ syscalls:sys_e…    48,120 ± 610         33.4 %  estimated\n", narrow, StringComparison.Ordinal);
        Assert.Contains("\n         34 turns, 340.…\n", narrow, StringComparison.Ordinal);
        foreach (var (text, width) in new[] { (wide, 80), (narrow, 66) })
        {
            Assert.All(text.Split('\n'), line => Assert.True(line.Length <= width, line));
        }
    }

    [Fact]
    public void Whether_estimates_can_be_believed_is_said_where_a_reference_tells()
    {
        var agrees = TrustCheck.Of([Half(4100), Half(3900)]);
        var disagrees = TrustCheck.Of([Half(4300), Half(3700)]);
        var text = Render(s_turns with { Reference = "task-clock", Trust = [agrees] }, s_events);
        Assert.Contains("\nestimator              reference-ratio by task-clock\n", text, StringComparison.Ordinal);
        Assert.Contains($"\n\n{agrees.Sentence}\n", text, StringComparison.Ordinal);

        text = Render(s_turns with { Reference = "task-clock", Trust = [agrees], Estimator = EstimatorKinds.Find("trapezoid")! }, s_events);
        Assert.Contains("\nestimator              trapezoid, sets compared by task-clock\n", text, StringComparison.Ordinal);

        // Of several targets or runs the worst.
        text = Render(s_turns with { Reference = "task-clock", Trust = [agrees, disagrees, TrustCheck.Of([])] }, s_events);
        Assert.Contains($"\n\n{disagrees.Sentence}\n", text, StringComparison.Ordinal);

        // Nothing is estimated, and nothing is to be believed.
        text = Render(s_turns with { Reference = "task-clock", Trust = [agrees], Sets = [new SetTurn(0, 1, TimeSpan.FromSeconds(1), "every 10 ms", 1)] }, [Counted("page-faults", 1)]);
        Assert.DoesNotContain("agree", text, StringComparison.Ordinal);
        Assert.DoesNotContain("estimator", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_name_the_set_and_the_error()
    {
        var writer = new StringWriter();
        var results = new StatReading(s_events[3..5], s_turns with { Sets = [s_turns.Sets[1], s_turns.Sets[2] with { Events = 1 }] }).Results;
        new StatTable(Terminal.Plain(writer)).Write(new StatInterval(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.5), results, [], HasSets: true));
        Assert.Equal(
            """
                    time                count       event
                0.5000 s               48,120       set 1  syscalls:sys_enter_getppid  ± 610  33.4 % estimated
                0.5000 s                    2       set 2  sched:sched_switch  ± ?  33.4 % estimated

            """,
            writer.ToString());
    }

    [Fact]
    public void Turns_of_targets_and_runs_add_up()
    {
        var sum = s_turns.Plus(s_turns with { LongestLateness = 5, LostSlices = 3 });
        Assert.Equal((2536UL, 2000UL, 26_800_000UL, 1_154_321UL, 3UL, 2), (sum.Switches, sum.TimedSwitches, sum.Lateness, sum.LongestLateness, sum.LostSlices, sum.Trust.Count));
        Assert.Equal((68UL, TimeSpan.FromMilliseconds(680.24), TimeSpan.FromSeconds(2)), (sum.Sets[0].Runs, sum.Sets[0].ActiveTime, sum.ActiveTime));
        Assert.Equal([0, 0, 0, 1, 2, 2, 2], Enumerable.Range(0, 7).Select(sum.SetOf));
    }

    [Fact]
    public void Notes_tell_of_lost_slices_and_of_time_that_no_set_saw()
    {
        var request = new StatRequest { Events = [], Targets = [], Command = ["x"], Session = SessionOptions.Default };
        var elapsed = TimeSpan.FromSeconds(2);
        Assert.Equal(
            ["Sets were active for 1.000 s of 2.000 s of time: what happened in the rest is in no total."],
            SetNotes.Of(s_turns, request with { IsOfCpus = true }, elapsed, null));
        Assert.Equal(
            ["Sets were active for 1.000 s of 1.200 s of CPU time: what happened in the rest is in no total."],
            SetNotes.Of(s_turns, request, elapsed, new CommandExit(0, null, TimeSpan.FromSeconds(1.1), TimeSpan.FromSeconds(0.1))));
        Assert.Empty(SetNotes.Of(s_turns, request, elapsed, new CommandExit(0, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.1))));

        // A thread that sleeps is no gap.
        Assert.Empty(SetNotes.Of(s_turns, request with { Targets = [Target.CallingThread] }, elapsed, null));
        // The set of before the overflow no more, and the next one not yet.
        var onOverflow = request with { Targets = [Target.CallingThread], Sets = new SetRequest { Sets = [], Options = EventSetOptions.Default } };
        Assert.Empty(SetNotes.Of(s_turns, onOverflow, elapsed, null));
        Assert.Equal(
            ["20.0 % of the target's 1,250 ms went by between two sets: totals take it for the same as the rest. Longer turns lose less:  --switch 20ms"],
            SetNotes.Of(s_turns with { MonitoredTime = TimeSpan.FromMilliseconds(1250) }, onOverflow, elapsed, null));
        Assert.StartsWith(
            "1,200 slices were not read in time",
            Assert.Single(SetNotes.Of(s_turns with { LostSlices = 1200 }, request with { Targets = [Target.CallingThread] }, elapsed, null)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10ms", "every 10 ms")]
    [InlineData("500us", "every 0.5 ms")]
    [InlineData("500 µs", "every 0.5 ms")]
    [InlineData("0.5s", "every 500 ms")]
    [InlineData("86400s", "every 86400000 ms")]
    public void A_time_has_a_unit(string text, string expected) => Assert.Equal(expected, SwitchText.After(text).ToString());

    [Theory]
    [InlineData("page-faults:100", "every 100 page-faults")]
    [InlineData("page-faults:u:100:3", "every 300 page-faults:u")]
    [InlineData("page-faults:u:100", "every 100 page-faults:u")]
    [InlineData("mem:0x1000:8:2", "every 16 mem:0x1000")]
    public void What_ends_a_turn_is_read_from_the_right(string text, string expected) => Assert.Equal(expected, SwitchText.OnOverflow(text).ToString());

    [Fact]
    public void An_order_has_a_name_or_weights()
    {
        Assert.Equal(["round robin", "random", "weighted 2:1"], new[] { "round-robin", "random", "2:1" }.Select(text => SwitchText.Order(text, 2).ToString()));
        Assert.Equal("--order: '2:1' has 2 weights, and there are 3 sets. Give one for each, such as 1:1:1.", Assert.Throws<ToolException>(() => SwitchText.Order("2:1", 3)).Message);
    }

    private static string Render(SetTurns turns, EventCount[] events, int? width = null)
    {
        var writer = new StringWriter();
        var console = Terminal.Plain(writer);
        console.Profile.Width = width ?? console.Profile.Width;
        var run = new StatRun(events, TimeSpan.FromSeconds(2), null, []) { Turns = turns };
        new StatTable(console).Write(new StatResult
        {
            Command = ["x"],
            Subject = "x",
            Elapsed = run.Elapsed,
            Events = run.Results,
            Runs = [run],
            Notes = ["A note."],
        });
        return writer.ToString();
    }

    private static Estimate Half(ulong counted) =>
        new() { State = CountState.Estimated, Value = 2 * counted, Counted = counted, StandardError = 100, TimeCounted = 1_000_000_000, Time = 2_000_000_000 };

    private static EventCount Counted(string name, ulong value, string? unit = null) =>
        new(Event(name) with { Unit = unit }, new Count { State = CountState.Counted, Value = value, Raw = value, TimeEnabled = 1000, TimeRunning = 1000 });

    private static EventCount Estimated(string name, ulong value, ulong? half) =>
        new(Event(name), new Count { State = CountState.Estimated, Value = value, Raw = value / 3, TimeEnabled = 1000, TimeRunning = 334 })
        {
            Interval = new CountInterval(value - half, value + half, half / 1.96, "reference-ratio"),
        };

    private static EventRequest Event(string name) => new() { Name = name, Pmu = "software", Selection = new EventSelection { Type = EventType.Software } };
}
