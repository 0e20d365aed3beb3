using System.Globalization;
using Perfmon.BenchmarkDotNet.Columns;
using Perfmon.BenchmarkDotNet.Counting;
using Perfmon.BenchmarkDotNet.Planning;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Metrics;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>What counts of iterations come to per operation, and how it is written.</summary>
public sealed class CountTests
{
    [Fact]
    public void The_empty_iterations_share_is_taken_off_each_iteration()
    {
        var one = Single(Phase(10, 1_000, 5_030), Phase(20, 2_000, 60));
        Assert.Equal((CountState.Counted, 5.0, 0.0), (one.State, one.Value, one.HalfWidth));
        Assert.Equal(3, one.HarnessPerIteration);
    }

    [Fact]
    public void Nothing_is_taken_off_where_there_were_no_empty_iterations() => Assert.Equal(5.03, Single(Phase(10, 1_000, 5_030), CountedPhase.Nothing).Value);

    [Fact]
    public void Less_than_the_harness_is_0() => Assert.Equal(0, Single(Phase(10, 1_000, 20), Phase(20, 2_000, 60)).Value);

    [Fact]
    public void Errors_of_both_add_up_as_variances()
    {
        var one = Single(Phase(10, 1_000, 5_000, CountState.Estimated, 30), Phase(5, 500, 100, CountState.Estimated, 20));
        Assert.Equal(CountState.Estimated, one.State);
        Assert.Equal(4.8, one.Value);
        Assert.Equal(1.959964 * 50 / 1_000, one.HalfWidth!.Value, 9);
    }

    [Fact]
    public void An_unknown_error_stays_unknown() => Assert.Null(Single(Phase(10, 1_000, 5_000, CountState.Estimated, null), Phase(5, 500, 100)).HalfWidth);

    [Fact]
    public void What_was_not_counted_is_not_0_and_has_the_reason()
    {
        var one = Single(Phase(10, 1_000, 0, CountState.NotCounted, null, "no counter was free"), Phase(5, 500, 100));
        Assert.Equal((CountState.NotCounted, "no counter was free"), (one.State, one.Reason));
        Assert.Equal("left no report", BenchmarkCounts.Of(Plan(), CountingReport.Failed("left no report")).Events[0].Reason);
    }

    [Fact]
    public void A_metric_is_of_what_is_left_and_has_the_inputs_error()
    {
        var metric = Metric.Parse("share = page-faults / task-clock");
        var plan = Plan("page-faults", "task-clock") with { Metrics = [metric] };
        var counts = BenchmarkCounts.Of(plan, new CountingReport(
            new CountedPhase(1, 10, TimeSpan.FromSeconds(1), [new("page-faults", CountState.Estimated, 500, 25, "counted half"), new("task-clock", CountState.Counted, 1_100, 0, null)]),
            new CountedPhase(1, 10, TimeSpan.FromSeconds(0.1), [new("page-faults", CountState.Counted, 0, 0, null), new("task-clock", CountState.Counted, 100, 0, null)]),
            [],
            null));

        var value = Assert.Single(counts.Metrics);
        Assert.Equal((MetricState.Estimated, 0.5), (value.State, value.Value));
        Assert.Equal(0.5 + (1.96 * 0.025), value.High!.Value, 9);
    }

    [Theory]
    [InlineData("100;200", "100|200")]
    [InlineData("0;64", "0|64")]
    [InlineData("1.5;2000", "1.500|2,000.000")]
    [InlineData("12.34;0", "12.34|0.00")]
    [InlineData("0.000012;3", "<0.0001|3.0000")]
    [InlineData("12345.678", "12,346")]
    public void A_column_has_the_decimals_that_its_least_number_needs(string values, string texts)
    {
        var numbers = values.Split(';').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToList();
        var decimals = CountText.Decimals(numbers);
        Assert.Equal(texts, string.Join('|', numbers.Select(number => CountText.Of(number, decimals, CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void An_error_is_rounded_up() => Assert.Equal(" ± 0.13", CountText.Error(0.1201, 2, CultureInfo.InvariantCulture));

    [Fact]
    public void A_request_and_a_report_come_back_as_they_were_written()
    {
        var folder = Directory.CreateTempSubdirectory("perfmon-bdn-").FullName;
        try
        {
            var path = Path.Join(folder, "request");
            var request = new CountingRequest(["task-clock,{cycles,instructions}:u", "page-faults,\"é\""], true, TimeSpan.FromMilliseconds(3));
            request.Write(path);
            var read = CountingRequest.Read(path);
            Assert.Equal(request.Sets, read.Sets);
            Assert.Equal((request.IsWholeProcess, request.Turn), (read.IsWholeProcess, read.Turn));

            var report = new CountingReport(Phase(10, 1_000, ulong.MaxValue, CountState.Estimated, 0.1), Phase(5, 500, 0, CountState.NotCounted, null, "why"), ["a notice"], null);
            report.Write(path + ".report");
            var back = CountingReport.Read(path + ".report");
            Assert.Equal(report.Workload.Counts, back.Workload.Counts);
            Assert.Equal(report.Overhead.Counts, back.Overhead.Counts);
            Assert.Equal((report.Workload.Iterations, report.Workload.Operations, report.Workload.Elapsed), (back.Workload.Iterations, back.Workload.Operations, back.Workload.Elapsed));
            Assert.Equal(report.Notices, back.Notices);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(null, "left no report")]
    [InlineData("", "cannot be read")]
    [InlineData("{\"workload\":7}", "cannot be read")]
    [InlineData("[]", "cannot be read")]
    public void A_report_that_is_missing_or_damaged_says_so(string? text, string told)
    {
        var start = new System.Diagnostics.ProcessStartInfo { FileName = "dotnet" };
        start.Environment["DOTNET_STARTUP_HOOKS"] = "/another.dll";
        var child = ChildProcess.Prepare(new CountingRequest(["task-clock"], true, TimeSpan.FromMilliseconds(10)), start);
        var folder = start.Environment["PERFMON_BENCHMARK"]!;
        Assert.Equal([typeof(PerfmonDiagnoser).Assembly.Location, "/another.dll"], start.Environment["DOTNET_STARTUP_HOOKS"]!.Split(':'));
        if (text is not null)
        {
            File.WriteAllText(Path.Join(folder, "report.json"), text);
        }

        Assert.Contains(told, child.Finish().Problem, StringComparison.Ordinal);
        child.Close();
        Assert.False(Directory.Exists(folder));
    }

    private static EventPerOperation Single(CountedPhase workload, CountedPhase overhead) =>
        BenchmarkCounts.Of(Plan(), new CountingReport(workload, overhead, [], null)).Events[0];

    private static CountedPhase Phase(
        long iterations, long operations, ulong value, CountState state = CountState.Counted, double? error = 0, string? reason = null) =>
        new(iterations, operations, TimeSpan.FromMilliseconds(iterations), [new PhaseCount("page-faults", state, value, error, reason)]);

    private static EventPlan Plan(params string[] events) => new()
    {
        Events = [.. (events is [] ? ["page-faults"] : events).SelectMany(name => EventParser.ParseOrThrow(name, HostDescription.Current)).Select(one => new PlannedEvent(one.Name, one, null))],
        Sets = [],
        Metrics = [],
        MetricErrors = [],
        Turn = TimeSpan.FromMilliseconds(10),
    };
}
