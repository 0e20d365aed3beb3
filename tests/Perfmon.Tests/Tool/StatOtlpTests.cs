using Perfmon.Host;
using Perfmon.Tests.Otlp;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary><c>pfmon stat --otlp</c> against a collector of this process.</summary>
public sealed class StatOtlpTests
{
    private const string Event = "syscalls:sys_enter_getppid";
    private const string Calls = "perfmon.syscalls.sys_enter_getppid";

    [SkippableFact]
    public void A_commands_counts_are_sent_at_its_end_with_names_units_and_exact_values()
    {
        Requires.TraceFs();
        using var collector = new OtlpCollector();
        var result = Run(["stat", "--json", "-e", $"{Event},page-faults,task-clock", "--otlp", collector.Address, CProgram.Named("getppid_calls"), "54321"]);
        Assert.Equal(0, result.ExitCode);
        var printed = Pfmon.ParseLines(result.Error)[^1];

        var request = Assert.Single(collector.Rest());
        Assert.Equal(("POST", "/v1/metrics", "application/x-protobuf"), (request.Method, request.Path, request.Headers["Content-Type"]));
        var message = request.Message;
        Assert.Equal(("pfmon", Environment.MachineName), (message.Resource["service.name"], message.Resource["host.name"]));
        Assert.Equal((("Perfmon", "0.1.0"), "https://opentelemetry.io/schemas/1.44.0"), (message.Scope, message.SchemaUrl));

        var calls = message.Find(Calls)!;
        Assert.Equal((true, true, true, "{call}"), (calls.IsSum, calls.IsMonotonic, calls.IsCumulative, calls.Unit));
        var point = Assert.Single(calls.Points);
        Assert.Equal((54_321, true), (point.Value, point.IsWhole));
        Assert.Equal((Event, "command " + CProgram.Named("getppid_calls")), (point.Attributes["perfmon.event"], point.Attributes["perfmon.target"]));
        Assert.True((long)point.Attributes["process.pid"] > 0);
        Assert.True(point.Start < point.Time);

        Assert.Equal("{fault}", message.Find("process.paging.faults")!.Unit);
        Assert.Equal(Pfmon.Value(printed, "page-faults"), message.Value("process.paging.faults"));
        Assert.Equal("s", message.Find("perfmon.task_clock")!.Unit);
        Assert.Equal(Pfmon.Value(printed, "task-clock") / 1e9, message.Value("perfmon.task_clock")!.Value, 12);
        Assert.All(message.Find("perfmon.events.share_of_time")!.Points, share => Assert.Equal(1, share.Value));
        Assert.Null(message.Find("perfmon.events.not_counted"));
    }

    [SkippableFact]
    public void Each_interval_of_a_process_is_sent_and_totals_go_on()
    {
        Requires.TraceFs();
        using var collector = new OtlpCollector();
        using var program = RunningProgram.Start("getppid_batches");
        using var pfmon = Pfmon.Start("stat", "--csv", "-e", Event, "-I", "50", "-p", $"{program.Pid}", "--otlp", $"{collector.Address}/");
        Assert.Null(collector.Next().Message.Value(Calls));
        var total = 0;
        foreach (var batch in new[] { 100, 11, 5000 })
        {
            program.Go($"{batch}");
            Assert.Equal($"done {batch}", program.ReadLine());
            total += batch;
            while (collector.Next().Message.Value(Calls) is var seen && seen != total)
            {
                Assert.InRange(seen ?? 0, total - batch, total);
            }
        }

        program.End();
        var ended = pfmon.End();
        Assert.Equal(0, ended.ExitCode);
        Assert.All(collector.Rest(), one => Assert.Equal(total, one.Message.Value(Calls)));
    }

    [SkippableFact]
    public void Without_an_interval_nothing_more_is_printed_and_the_environments_is_used()
    {
        Requires.TraceFs();
        using var collector = new OtlpCollector();
        var result = Run(
            ["stat", "--json", "-e", Event, "--otlp", collector.Address, "--", "sh", "-c", $"{CProgram.Named("getppid_calls")} 77; sleep 0.5"],
            ("OTEL_METRIC_EXPORT_INTERVAL", "50"), ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=north"), ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.name=mine"));
        Assert.Equal(0, result.ExitCode);

        // The shell may ask for its parent too.
        var calls = Pfmon.Value(Assert.Single(Pfmon.ParseLines(result.Error)), Event);
        Assert.InRange(calls, 77, 80);
        var requests = collector.Rest();
        Assert.True(requests.Count > 1, $"{requests.Count} requests");
        Assert.All(requests, one => Assert.Equal("north", one.Headers["x-tenant"]));
        Assert.Equal(("mine", "test"), (requests[^1].Message.Resource["service.name"], requests[^1].Message.Resource["deployment.environment.name"]));
        Assert.Equal(calls, requests[^1].Message.Value(Calls));
    }

    [SkippableFact]
    public void Event_sets_are_sent_with_their_turns_and_metrics_as_gauges()
    {
        Requires.TraceFs();
        using var collector = new OtlpCollector();
        var result = Run(
        [
            "stat", "--set", $"task-clock,{Event}", "--set", "task-clock,page-faults", "--switch", "1ms", "-M", "cpus-utilized", "--otlp", collector.Address,
            CProgram.Named("getppid_calls"), "300000",
        ]);
        Assert.Equal(0, result.ExitCode);
        var message = Assert.Single(collector.Rest()).Message;
        Assert.Equal(2, message.Find("perfmon.sets.runs")!.Points.Count);
        Assert.True(message.Value("perfmon.sets.switches") >= 1);
        Assert.Equal("perfmon.set", Assert.Single(message.Find(Calls)!.Points[0].Attributes.Keys, key => key == "perfmon.set"));
        Assert.Single(message.Find("perfmon.task_clock")!.Points);
        var gauge = message.Find("perfmon.metrics.cpus_utilized")!;
        Assert.Equal((false, "{CPUs_utilized}"), (gauge.IsSum, gauge.Unit));
        Assert.True(gauge.Points[0].Value > 0);
    }

    [SkippableFact]
    public void All_cpus_are_the_host()
    {
        Skip.IfNot(
            HostDescription.Current.User.MayMonitorAll || HostDescription.Current.Settings.PerfEventParanoid < 1,
            "whole CPUs may not be counted. Run: sudo sysctl kernel.perf_event_paranoid=0");
        using var collector = new OtlpCollector();
        Assert.Equal(0, Run(["stat", "-a", "-e", "page-faults,cpu-clock", "--otlp", collector.Address, "true"]).ExitCode);
        var message = Assert.Single(collector.Rest()).Message;
        Assert.True(message.Value("system.paging.faults") > 0);
        Assert.Equal("all CPUs", message.Find("perfmon.cpu_clock")!.Points[0].Attributes["perfmon.target"]);
    }

    [SkippableFact]
    public async Task Grpc_is_spoken_where_it_is_asked_for()
    {
        Requires.TraceFs();
        using var collector = new GrpcCollector();
        var result = Run(["stat", "-e", Event, "--otlp", collector.Address, "--otlp-protocol", "grpc", CProgram.Named("getppid_calls"), "4242"]);
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("Cannot send", result.Error, StringComparison.Ordinal);
        var (called, message) = Assert.Single(await collector.Messages);
        Assert.Contains("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", called, StringComparison.Ordinal);
        Assert.Equal(4242, message.Value(Calls));
    }

    [Fact]
    public void A_collector_that_is_not_there_is_told_of_once_and_counting_goes_on()
    {
        var address = $"http://127.0.0.1:{OtlpCollector.FreePort()}";
        var result = Run(["stat", "-e", "page-faults", "-I", "50", "--otlp", address, "--", "sh", "-c", "sleep 0.5; exit 3"]);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(2, result.Error.Split("Cannot send the counts").Length);
        Assert.Contains($"Cannot send the counts to {address}/v1/metrics.\nConnection refused", result.Error, StringComparison.Ordinal);
        Assert.Contains("say where one is:  --otlp http://HOST:4318", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^page-faults\S* +[1-9]", result.Error);
        Assert.Matches(@"(?m)^(\d+) of \1 times the counts could not be sent to ", result.Error);
    }

    [Theory]
    [InlineData(401, "OTEL_EXPORTER_OTLP_HEADERS=")]
    [InlineData(404, "--otlp-protocol grpc")]
    public void A_collector_that_refuses_is_told_of_with_what_to_do(int status, string remedy)
    {
        using var collector = new OtlpCollector(status);
        var result = Run(["stat", "-e", "page-faults", "--otlp", collector.Address, "true"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($" {status} ", result.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--otlp: 'collector' is not the address of a collector.", "--otlp", "collector")]
    [InlineData("--otlp: 'ftp://a' is not the address of a collector.", "--otlp", "ftp://a")]
    [InlineData("--otlp: 'localhost:4318' is not the address of a collector.", "--otlp", "localhost:4318")]
    [InlineData("--otlp-protocol: 'tcp' is not a protocol", "--otlp", "http://a", "--otlp-protocol", "tcp")]
    [InlineData("--otlp-protocol is how to speak to a collector, and none is given.", "--otlp-protocol", "grpc")]
    [InlineData("-r and --otlp exclude each other", "--otlp", "http://a", "-r", "2")]
    public void Wrong_use_is_refused(string message, params string[] options)
    {
        var result = Run(["stat", .. options, "true"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "x")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "0")]
    public void A_variable_that_cannot_be_followed_is_refused(string variable, string value)
    {
        var result = Run(["stat", "--otlp", "http://a", "true"], (variable, value));
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"{variable}: '{value}' is not ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_exporter_is_loaded_only_where_it_is_asked_for()
    {
        // The shell's parent is pfmon.
        string[] look = ["-e", "page-faults", "--", "sh", "-c", "grep -c 'OpenTelemetry' /proc/$PPID/maps"];
        Assert.Equal("0", Run(["stat", .. look]).Output.Trim());
        using var collector = new OtlpCollector();
        Assert.NotEqual("0", Run(["stat", "--otlp", collector.Address, .. look]).Output.Trim());
    }

    private static RunResult Run(string[] arguments, params (string Name, string Value)[] environment) =>
        RunResult.Run(Pfmon.Program, arguments, environment: environment.ToDictionary(one => one.Name, one => (string?)one.Value));
}
