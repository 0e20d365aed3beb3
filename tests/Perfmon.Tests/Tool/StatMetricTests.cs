using System.Globalization;
using System.Text.Json;
using Perfmon.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary>Metrics of real counts. What this machine counts is exact, so that their values follow from the counts beside them.</summary>
public sealed class StatMetricTests
{
    [Fact]
    public void Counts_what_a_metric_needs_and_computes_it()
    {
        var (_, objects) = Pfmon.RunJson("-e", "page-faults", "-M", "page-fault-rate,cpus-utilized", "-M", "misses = page-faults / task-clock", "true");
        var result = Assert.Single(objects);
        Assert.Equal(
            ["command", "exit_code", "elapsed_ns", "switches", "lost", "sets", "events", "metrics"],
            result.EnumerateObject().Select(property => property.Name));
        Assert.Equal(2, result.GetProperty("events").GetArrayLength());
        var metrics = result.GetProperty("metrics").EnumerateArray().ToList();
        Assert.Equal(["page-fault-rate", "cpus-utilized", "misses"], metrics.Select(metric => metric.GetProperty("metric").GetString()));
        Assert.All(metrics, metric => Assert.Equal(
            ["metric", "state", "value", "low", "high", "unit", "reason", "events"], metric.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(["/s", "CPUs utilized", null], metrics.Select(metric => metric.GetProperty("unit").GetString()));

        var (faults, clock) = (result.GetProperty("events")[0].GetProperty("value").GetDouble(), result.GetProperty("events")[1].GetProperty("value").GetDouble());
        Assert.True(faults > 0 && clock > 0);
        double[] expected = [faults / clock * 1e9, clock / (result.GetProperty("elapsed_ns").GetDouble() / 1e9 * 1e9), faults / clock];
        foreach (var (metric, value) in metrics.Zip(expected))
        {
            Assert.Equal("counted", metric.GetProperty("state").GetString());
            Assert.Equal(value, Number(metric, "value"), value * 1e-9);
            Assert.Equal(Number(metric, "value"), Number(metric, "low"));
            Assert.Equal(Number(metric, "value"), Number(metric, "high"));
            Assert.Equal(JsonValueKind.Null, metric.GetProperty("reason").ValueKind);
        }
    }

    [SkippableFact]
    public void Computes_exactly_what_a_program_does()
    {
        Requires.TraceFs();
        const string calls = "syscalls:sys_enter_getppid";
        var (_, objects) = Pfmon.RunJson("-e", calls, "-M", $"x = 3 * ( {calls} - 200 ) / -4", CProgram.Named("getppid_calls"), "1000");
        Assert.Equal(-600, Number(Assert.Single(objects[0].GetProperty("metrics").EnumerateArray()), "value"));
    }

    [SkippableFact]
    public void Says_what_was_not_counted()
    {
        Skip.If(HostDescription.Current.Pmus.CorePmus.Count > 0, "this machine has a hardware PMU: everything is counted");
        var (exitCode, objects) = Pfmon.RunJson("-e", "page-faults", "-M", "ipc", "true");
        Assert.Equal(0, exitCode);
        var ipc = Assert.Single(objects[0].GetProperty("metrics").EnumerateArray());
        Assert.Equal(("not_counted", JsonValueKind.Null, JsonValueKind.Null), (ipc.GetProperty("state").GetString(), ipc.GetProperty("value").ValueKind, ipc.GetProperty("low").ValueKind));
        Assert.StartsWith("instructions is not counted: ", ipc.GetProperty("reason").GetString(), StringComparison.Ordinal);

        var text = Pfmon.Run("stat", "-e", "page-faults", "-M", "ipc,branch-mpki", "true").Error;
        Assert.Matches(@"(?m)^ipc +<not counted>$", text);
        Assert.Contains("\nNot counted: ipc: instructions is not counted.\n", text, StringComparison.Ordinal);
        Assert.Contains("\nNot counted: branch-mpki: branch-misses is not counted.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_has_a_line_for_each()
    {
        var text = Pfmon.Run("stat", "-e", "page-faults", "-M", "page-fault-rate", "-M", "none = page-faults / ( page-faults - page-faults )", "true").Error;
        Assert.Matches(@"(?m)^page-fault-rate\S* +[\d.,]+  K?/s$", text);
        Assert.Matches(@"(?m)^none\S* +<undefined>$", text);
        Assert.Contains("cannot divide by ( page-faults - page-faults ), which is 0.\n", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?m) $", text);
    }

    [Fact]
    public void Repeated_runs_give_the_mean_of_their_values_with_its_interval()
    {
        var (_, objects) = Pfmon.RunJson("-r", "3", "-e", "page-faults,task-clock", "-M", "page-fault-rate", "true");
        var values = objects[0].GetProperty("runs").EnumerateArray().Select(run => Number(run.GetProperty("metrics")[0], "value")).ToList();
        var (mean, half) = (values.Average(), 4.302653 * Math.Sqrt(values.Sum(x => Math.Pow(x - values.Average(), 2)) / 2 / 3));
        var metric = Assert.Single(objects[0].GetProperty("metrics").EnumerateArray());
        Assert.Equal(mean, Number(metric, "value"), mean * 1e-9);
        Assert.Equal(mean - half, Number(metric, "low"), half * 1e-6);
        Assert.Equal(mean + half, Number(metric, "high"), half * 1e-6);
        Assert.Matches(@"(?m)^page-fault-rate\S* +[\d.,]+ +[KM]?/s +± [\d.,]+ \(± [\d.]+ %\)$", Pfmon.Run("stat", "-r", "2", "-M", "page-fault-rate", "true").Error);
    }

    [SkippableFact]
    public void Intervals_have_their_own_values()
    {
        var (_, objects) = Pfmon.RunJson("-I", "50", "-M", "cpus-utilized", "-e", "task-clock", CProgram.Named("spin"), "200");
        Assert.True(objects.Length > 2);
        foreach (var interval in objects[..^1])
        {
            var clock = interval.GetProperty("events")[0].GetProperty("value");
            var metric = interval.GetProperty("metrics")[0];
            if (clock.ValueKind == JsonValueKind.Number)
            {
                Assert.Equal(clock.GetDouble() / interval.GetProperty("interval_ns").GetDouble(), Number(metric, "value"), 1e-9);
            }
        }

        Assert.Matches(@"(?m)^ +[\d.]+ s +[\d.]+       cpus-utilized\S*  CPUs utilized$", Pfmon.Run("stat", "-I", "50", "-M", "cpus-utilized", CProgram.Named("spin"), "120").Error);
    }

    [SkippableFact]
    public void Modes_have_values_of_their_own_in_rows_of_csv()
    {
        Requires.Root();
        var rows = Pfmon.Run("stat", "--csv", "-e", "page-faults:u,page-faults:k", "-M", "page-fault-rate", "true").Error
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        Assert.Equal("event,state,value,raw,enabled_ns,running_ns,low,high,estimator,unit,scale,reason,metric", string.Join(',', rows[0]));
        Assert.Equal(["page-faults:u", "page-faults:k", "task-clock", "", ""], rows[1..].Select(row => row[0]));
        Assert.Equal(["", "", "", "page-fault-rate:u", "page-fault-rate:k"], rows[1..].Select(row => row[12]));
        foreach (var (faults, metric) in new[] { (rows[1], rows[4]), (rows[2], rows[5]) })
        {
            var rate = Parse(faults[2]) / Parse(rows[3][2]) * 1e9;
            Assert.Equal(rate, Parse(metric[2]), rate * 1e-9);
            Assert.Equal(["counted", metric[2], "", "", "", metric[2], metric[2], "", "/s", "", ""], metric[1..12]);
        }

        static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("ipcc", "ipcc\n^~~~\nunknown metric 'ipcc'. Did you mean 'ipc'?\n")]
    [InlineData("x = page-faults task-clock", "x = page-faults task-clock\n                ^~~~~~~~~~\nan operator is missing here: + - * / stand between spaces.\n")]
    [InlineData("x = 2 * page-fauts", "x = 2 * page-fauts\n        ^~~~~~~~~~\nunknown event 'page-fauts'. Did you mean 'page-faults'?\n")]
    public void Shows_where_a_metric_is_wrong(string metric, string message)
    {
        var result = Pfmon.Run("stat", "-M", metric, "true");
        Assert.Equal((2, "", message), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public void List_shows_them_and_whether_they_can_be_counted()
    {
        var text = Pfmon.Run("list", "metrics").Succeeded().Output;
        Assert.StartsWith("metrics\n", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  page-fault-rate +1e9 \* page-faults / task-clock +Page faults in a second of CPU time\.$", text);
        Assert.Contains("\n24 shown.\n", text, StringComparison.Ordinal);

        var metrics = JsonDocument.Parse(Pfmon.Run("list", "--json", "ipc").Succeeded().Output).RootElement.GetProperty("metrics");
        var ipc = metrics.EnumerateArray().First(one => one.GetProperty("name").GetString() == "ipc");
        Assert.Equal("instructions / cycles", ipc.GetProperty("expression").GetString());
        Assert.Equal(HostDescription.Current.Pmus.CorePmus.Count > 0, ipc.GetProperty("is_available").GetBoolean());
    }

    private static double Number(JsonElement element, string key) => element.GetProperty(key).GetDouble();
}
