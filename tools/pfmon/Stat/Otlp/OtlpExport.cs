using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Perfmon.Instruments;

namespace Perfmon.Tool.Stat.Otlp;

/// <summary>
/// Sends a measurement's counts to a collector: when it is told to, without keeping whoever tells it, and at the end. Only this class knows OpenTelemetry's
/// assemblies, which are not loaded unless it is used.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private const string HeadersVariable = "OTEL_EXPORTER_OTLP_METRICS_HEADERS";
    private const string TimeoutVariable = "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT";

    private readonly OtlpRequest _request;
    private readonly Action<string> _tell;
    private readonly ExporterTrouble _trouble = new();
    private readonly List<SessionInstruments> _instruments;
    private readonly MeterProvider _provider;
    private Task _sending = Task.CompletedTask;
    private int _sent;
    private int _failed;
    private int _late;

    /// <param name="request">Where to.</param>
    /// <param name="publish">Publishes the sessions.</param>
    /// <param name="tell">Tells the user what is wrong; called once at most.</param>
    public OtlpExport(OtlpRequest request, Func<InstrumentOptions, IEnumerable<SessionInstruments>> publish, Action<string> tell)
    {
        (_request, _tell) = (request, tell);
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter(SessionInstruments.DefaultMeterName)
            .AddOtlpExporter(Configure)
            .Build();
        _instruments = [.. publish(InstrumentOptions.Default)];
    }

    /// <summary>What the user must know at the end, beside what was told already.</summary>
    public IEnumerable<string> Notes => new[]
    {
        _failed > 0 ? $"{_failed} of {_sent} times the counts could not be sent to {_request.Endpoint}." : null,
        _late > 0 ? $"{_late} intervals were not sent to {_request.Endpoint}: it had not yet taken the one before. Totals lack nothing." : null,
    }.OfType<string>();

    /// <summary>Sends the counts as they are now. While the ones before are on their way, nothing is sent: totals lose nothing by it.</summary>
    public void Send()
    {
        if (_sending.IsCompleted)
        {
            _sending = Task.Run(() => Judge(() => _provider.ForceFlush()));
        }
        else
        {
            _late++;
        }
    }

    /// <summary>Sends the last counts, and waits until they are sent.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);

            // To shut down is to collect a last time.
            await Task.Run(() => Judge(() => _provider.Shutdown()), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The user waits no more.
        }
    }

    public void Dispose()
    {
        _instruments.ForEach(one => one.Dispose());
        _provider.Dispose();
        _trouble.Dispose();
    }

    private void Judge(Func<bool> send)
    {
        var succeeded = send();
        var why = _trouble.Take();
        _sent++;
        if ((!succeeded || why is not null) && _failed++ == 0)
        {
            _tell(ExporterTrouble.Message(_request, why));
        }
    }

    // What comes later stands against what came earlier: the environment's word is the last.
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddAttributes(
        [
            new("service.name", "pfmon"),
            new("service.version", typeof(OtlpExport).Assembly.GetName().Version!.ToString(3)),
            new("host.name", Environment.MachineName),
        ])
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private void Configure(OtlpExporterOptions exporter, MetricReaderOptions reader)
    {
        exporter.Endpoint = _request.Endpoint;
#pragma warning disable CS0618 // The exporter's own word for gRPC, which it would rather have named otherwise one day.
        exporter.Protocol = _request.Protocol == OtlpTransport.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
#pragma warning restore CS0618

        // The exporter itself reads those that are for all signals.
        exporter.Headers = Environment.GetEnvironmentVariable(HeadersVariable) is { Length: > 0 } headers ? headers : exporter.Headers;
        exporter.TimeoutMilliseconds = int.TryParse(Environment.GetEnvironmentVariable(TimeoutVariable), CultureInfo.InvariantCulture, out var timeout) && timeout > 0
            ? timeout
            : exporter.TimeoutMilliseconds;

        // It sends when Send says so, not by a clock of its own.
        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = int.MaxValue;
    }
}
