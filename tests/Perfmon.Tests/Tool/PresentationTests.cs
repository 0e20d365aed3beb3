using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Metrics;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Tool.Output;
using Perfmon.Tool.Stat;

namespace Perfmon.Tests.Tool;

/// <summary>What becomes of counts on their way to the reader: pure functions.</summary>
public sealed class PresentationTests
{
    [Fact]
    public void A_table_shows_shares_derived_figures_and_reasons()
    {
        var refusal = new PerfmonException(PerfmonReason.NotSupported, "Cannot count cycles on command x.\nThere is no PMU.\nTake another.");
        var text = Render(format => format.Write(Result(
            Counted("task-clock", 1_500_000_000, "ns"),
            Counted("page-faults", 12_884),
            new EventCount(Event("branches:u"), new Count { State = CountState.Estimated, Value = 48_120, Raw = 16_072, TimeEnabled = 1000, TimeRunning = 334 }),
            Counted("branch-misses:u", 481),
            new EventCount(Event("cycles"), default, refusal),
            new EventCount(Event("instructions"), default, refusal),
            new EventCount(Event("faults"), new Count { TimeEnabled = 5 }))));
        Assert.Equal(
            """

            Counted x -y:

            task-clock              1,500.00  msec  0.750 CPUs utilized
            page-faults               12,884        8.589 K/s
            branches:u                48,120        32.080 K/s           33.4 %  estimated
            branch-misses:u              481        1.00 % of branches
            cycles           <not supported>
            instructions     <not supported>
            faults             <not counted>

            elapsed  2.000000 s
            user     1.250000 s
            sys      0.250000 s

            Not supported: cycles, instructions.
            There is no PMU.
            Take another.

            Not counted: faults: no counter was free for it: too many events at once, or others hold the PMU's counters.
            See how many are free and who may hold them:  pfmon info

            A note.


            """,
            text);
    }

    [Fact]
    public void Figures_stand_beside_events_of_the_same_modes()
    {
        var result = Result(
            Counted("instructions:u", 30), Counted("cycles:u", 10), Counted("instructions:k", 40), Counted("cycles:k", 10),
            Counted("cpu-clock", 8_000_000, "ns"), Counted("branch-misses", 4), Counted("branches:u", 8));
        Assert.Equal(
            ["3.00 per cycle", "1.250 K/s", "4.00 per cycle", "1.250 K/s", "0.004 CPUs utilized", "500.000 /s", "1.000 K/s"],
            result.Events.Select((_, i) => DerivedFigure.Of(i, result)));
    }

    [Fact]
    public void A_table_shows_metrics_with_their_errors()
    {
        var ipc = MetricCatalogue.Find("ipc")!;
        var rate = MetricCatalogue.Find("page-fault-rate")!;
        var text = Render(format => format.Write(Result(Counted("cycles", 10)) with
        {
            Metrics =
            [
                Value(ipc, 1.5, 0.25) with { Name = "ipc:u", State = MetricState.Estimated, Reason = "cycles:u is counted 9.0 % of the time" },
                Value(rate, 2_500, 125),
                Value(Metric.Parse("own = cycles / 3"), 0.00033333, 0),
                Value(Metric.Parse("large = cycles * 3"), 1_234_567.8, null),
                Value(ipc, null, null) with { State = MetricState.NotCounted, MissingEvent = "instructions", Reason = "instructions is not counted: it is not among the counted events" },
                Value(rate, null, null) with { State = MetricState.Undefined, Reason = "cannot divide by task-clock, which is 0" },
            ],
        }));
        Assert.Contains(
            """

            ipc:u                     1.50  per cycle  ± 0.25 (± 16.7 %)  estimated
            page-fault-rate          2.500  K/s        ± 0.125 (± 5.0 %)
            own                  0.0003333
            large                1,234,568
            ipc              <not counted>
            page-fault-rate    <undefined>

            """,
            text,
            StringComparison.Ordinal);
        Assert.Contains("\nNot counted: ipc: instructions is not counted: it is not among the counted events.\n", text, StringComparison.Ordinal);
        Assert.Contains("\nUndefined: page-fault-rate: cannot divide by task-clock, which is 0.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_in_which_a_metric_has_no_value_is_left_out_of_its_mean_and_said()
    {
        var ipc = MetricCatalogue.Find("ipc")!;
        var none = Value(ipc, null, null) with { State = MetricState.NotCounted, Reason = "cycles is not counted" };
        var mean = MetricMean.Of([none, Value(ipc, 1, 0), Value(ipc, 3, 0)]);
        Assert.Equal((MetricState.Counted, 2.0, "it has a value in 2 of 3 runs"), (mean.State, mean.Value, mean.Reason));
        Assert.Equal(12.706, mean.High!.Value - 2, 0.001);
        Assert.Equal((null, null, 3.0), MetricMean.Of([none, Value(ipc, 3, 1)]) is var one ? (one.Low, one.High, one.Value) : default);
        Assert.Equal(none, MetricMean.Of([none, none]));
        var only = Value(ipc, 3, 1);
        Assert.Same(only, MetricMean.Of([only]));
    }

    [Fact]
    public void Csv_quotes_what_needs_it()
    {
        var writer = new StringWriter();
        new StatCsv(writer).Write(Result(Counted("cpu/event=1,umask=\"2\"/", 18_446_744_073_709_551_615)));
        Assert.Equal(
            "\"cpu/event=1,umask=\"\"2\"\"/\",counted,18446744073709551615,18446744073709551615,10,10,18446744073709551615,18446744073709551615,,,1,",
            writer.ToString().Split('\n')[1]);
    }

    // Student's t for 1, 2, 4 and 9 degrees of freedom, from the tables: 12.706, 4.303, 2.776, 2.262.
    [Theory]
    [InlineData(new double[] { 1, 3 }, 2, 12.706)]
    [InlineData(new double[] { 1, 2, 3 }, 2, 2.484)]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, 3, 1.963)]
    [InlineData(new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 5.5, 2.166)]
    [InlineData(new double[] { 7, 7, 7 }, 7, 0)]
    public void A_mean_has_students_interval(double[] sample, double mean, double half)
    {
        var result = Mean.Of([.. sample.Select(x => (decimal)x)]);
        Assert.Equal((decimal)mean, result.Value);
        Assert.Equal(half, (double)(result.High!.Value - result.Value), 0.001);
        Assert.Equal(half, (double)(result.Value - result.Low!.Value), 0.001);
    }

    [Fact]
    public void One_run_tells_nothing_of_its_error() => Assert.Null(Mean.Of([5]).High);

    [Fact]
    public void A_run_in_which_an_event_was_not_counted_is_left_out_of_the_mean_and_said()
    {
        var mean = EventResult.MeanOf([Counted("page-faults", 10), new EventCount(Event("page-faults"), default), Counted("page-faults", 14)]);
        Assert.Equal((12m, "counted in 2 of 3 runs"), (mean.Value, mean.Reason));
    }

    [Theory]
    [InlineData(12, 12, 5, 5, CountState.Counted)]
    [InlineData(12, 6, 5, 5, CountState.Estimated)]
    [InlineData(0, 0, 5, 5, CountState.Counted)]
    [InlineData(3, 0, 5, 5, CountState.Estimated)]
    [InlineData(3, 0, 4, 0, CountState.NotCounted)]
    public void A_sum_is_as_good_as_its_parts(ulong enabled, ulong running, ulong otherEnabled, ulong otherRunning, CountState state)
    {
        var sum = new Count { Value = 3, Raw = 2, TimeEnabled = enabled, TimeRunning = running }
            .Plus(new Count { Value = 4, Raw = 1, TimeEnabled = otherEnabled, TimeRunning = otherRunning });
        Assert.Equal((state, 7UL, 3UL), (sum.State, sum.Value, sum.Raw));
    }

    [Fact]
    public void Scaled_events_are_shown_in_their_unit()
    {
        var energy = Event("power/energy-pkg/") with { Unit = "Joules", Scale = 0.5 };
        Assert.Equal(new Quantity("1,000.50", "Joules"), Quantity.Of(energy, 2001));
        Assert.Equal(new Quantity("12.5", ""), Quantity.Of(Event("page-faults"), 12.5m));
        Assert.Equal(["1.500 /s", "1.500 K/s", "1.500 M/s", "1.500 G/s"], new[] { 1.5, 1.5e3, 1.5e6, 1.5e9 }.Select(rate => Quantity.Rate(rate).ToString()));
    }

    private static string Render(Action<StatFormat> write)
    {
        var writer = new StringWriter();
        write(new StatTable(Terminal.Plain(writer)));
        return writer.ToString();
    }

    private static StatResult Result(params EventCount[] events)
    {
        var run = new StatRun(events, TimeSpan.FromSeconds(2), new CommandExit(0, null, TimeSpan.FromSeconds(1.25), TimeSpan.FromSeconds(0.25)), []);
        return new StatResult
        {
            Command = ["x", "-y"],
            Subject = "x -y",
            ExitCode = 0,
            Elapsed = run.Elapsed,
            Events = [.. events.Select(EventResult.Of)],
            Runs = [run],
            Notes = ["A note."],
        };
    }

    private static MetricValue Value(Metric metric, double? value, double? half) => new()
    {
        Metric = metric,
        Name = metric.Name,
        Events = metric.Events,
        State = MetricState.Counted,
        Value = value,
        Low = value - half,
        High = value + half,
    };

    private static EventCount Counted(string name, ulong value, string? unit = null) =>
        new(Event(name) with { Unit = unit }, new Count { State = CountState.Counted, Value = value, Raw = value, TimeEnabled = 10, TimeRunning = 10 });

    private static EventRequest Event(string name) => new() { Name = name, Pmu = "software", Selection = new EventSelection { Type = EventType.Software } };
}
