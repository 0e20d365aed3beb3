using System.Diagnostics;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Otlp;

/// <summary>The sample that sends a process's counts, with OpenTelemetry's exporter, to a collector.</summary>
public sealed class TelemetrySampleTests
{
    [SkippableFact]
    public async Task It_sends_every_call_of_the_process_and_the_last_ones_too()
    {
        Counting.Needs();
        using var collector = new OtlpCollector();
        using var program = RunningProgram.Start("getppid_batches");
        var start = new ProcessStartInfo("dotnet", [Path.Join(Repository.Root, "artifacts/bin/Telemetry/debug/Telemetry.dll"), $"{program.Pid}", Counting.Getppid])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
                ["OTEL_SERVICE_NAME"] = "sample",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            },
        };
        using var sample = Process.Start(start)!;
        Assert.Equal($"Counting process {program.Pid}.", sample.StandardOutput.ReadLine());
        program.Go("4321");
        Assert.Equal("done 4321", program.ReadLine());
        double? seen;
        do
        {
            var message = collector.Next().Message;
            Assert.Equal("sample", message.Resource["service.name"]);
            seen = message.Value("perfmon.syscalls.sys_enter_getppid");
        }
        while (seen != 4321);

        program.Go("79");
        Assert.Equal("done 79", program.ReadLine());
        program.End();
        Assert.Equal("End.", await sample.StandardOutput.ReadLineAsync());
        await sample.WaitForExitAsync();
        Assert.Equal(0, sample.ExitCode);
        Assert.Equal(4400, collector.Rest()[^1].Message.Value("perfmon.syscalls.sys_enter_getppid"));
    }
}
