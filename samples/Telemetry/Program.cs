using OpenTelemetry;
using OpenTelemetry.Metrics;
using Perfmon.Diagnostics;
using Perfmon.Instruments;
using Perfmon.Metrics;
using Perfmon.Session;

// Counts a process, and sends the counts to a collector of OpenTelemetry until the process ends. Where to, how and how often is in OpenTelemetry's own
// environment variables; http://localhost:4317 by gRPC, each minute and at the end, unless they say otherwise.
if (args.Length is < 1 or > 2 || !int.TryParse(args[0], out var process) || process <= 0)
{
    Console.Error.WriteLine("Usage: Telemetry PID [EVENT,...]");
    return 2;
}

try
{
    using var session = MonitoringSession.Create(args.Length > 1 ? args[1] : "task-clock,page-faults,context-switches");
    session.Attach(Target.Process(process));
    using var instruments = SessionInstruments.Publish(session, new InstrumentOptions { Metrics = MetricCatalogue.Parse("page-fault-rate") });

    // Disposed first, while the session is still there: to dispose a provider is to send the last counts.
    using var provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(SessionInstruments.DefaultMeterName)
        .AddOtlpExporter()
        .Build();
    session.Start();
    Console.WriteLine($"Counting {session.Target}.");
    await session.WaitForEndAsync();
    Console.WriteLine("End.");

    return 0;
}
catch (PerfmonException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
