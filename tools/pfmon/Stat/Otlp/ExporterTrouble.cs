using System.Diagnostics.Tracing;

namespace Perfmon.Tool.Stat.Otlp;

/// <summary>
/// What goes wrong in OpenTelemetry's exporter, which tells it by event sources only: otherwise nobody would see that nothing arrives.
/// </summary>
internal sealed class ExporterTrouble : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const string Sdk = "OpenTelemetry-Sdk";

    private string? _latest;

    /// <summary>What went wrong since the last call, in the exporter's words; null for nothing.</summary>
    public string? Take() => Interlocked.Exchange(ref _latest, null);

    /// <summary>What the user is told.</summary>
    /// <param name="request">Where the counts were to go.</param>
    /// <param name="why">What the exporter says; null where it says nothing.</param>
    public static string Message(OtlpRequest request, string? why) => $"""
        Cannot send the counts to {request.Endpoint}.
        {why ?? "The exporter does not say why"}. Counting goes on, and so do attempts; totals lose nothing by it.
        {Remedy(request, why ?? "")}
        """;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name is Exporter or Sdk)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The SDK warns of much; what is of the counts themselves is that they could not be read.
        if (eventData.EventSource.Name == Exporter || eventData.EventName?.Contains("Callback", StringComparison.Ordinal) == true)
        {
            Volatile.Write(ref _latest, Words(eventData));
        }
    }

    private static string Words(EventWrittenEventArgs eventData)
    {
        var parts = (eventData.Payload ?? []).Zip(eventData.PayloadNames ?? [], (value, name) => (Name: name, Text: FirstLine($"{value}")))
            .Where(part => part.Text.Length > 0 && part.Name is not ("endpoint" or "rawCollectorUri" or "isRetry")).Select(part => part.Text).ToList();
        return parts.Count > 0 ? string.Join("; ", parts) : eventData.EventName ?? "unknown";
    }

    // "System.Net.Http.HttpRequestException: Connection refused (localhost:4318)" and where that was, line by line.
    private static string FirstLine(string text)
    {
        var line = text.Split('\n', 2)[0].Trim().TrimEnd('.');
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && line[..colon].EndsWith("Exception", StringComparison.Ordinal) ? line[(colon + 2)..] : line;
    }

    private static string Remedy(OtlpRequest request, string why)
    {
        return Says("refused", "not known", "No such host", "unreachable", "No route") ? "Start a collector there, or say where one is:  --otlp http://HOST:4318"
            : Says("401", "403", "Unauthenticated", "PermissionDenied") ? "Give it what it asks for:  export OTEL_EXPORTER_OTLP_HEADERS='authorization=Bearer TOKEN'"
            : Says("timed out", "timeout", "Timeout", "cancel") ? "See whether it is alive, or wait longer:  export OTEL_EXPORTER_OTLP_TIMEOUT=MILLISECONDS"
            : Says("SSL", "certificate") ? "Speak plainly to it with http://, or trust its certificate:  export OTEL_EXPORTER_OTLP_CERTIFICATE=FILE"
            : request.Protocol == OtlpTransport.Grpc ? "Where it takes OTLP over HTTP instead, usually at port 4318:  --otlp-protocol http"
            : "Where it takes OTLP over gRPC instead, usually at port 4317:  --otlp-protocol grpc";

        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (why.Contains(word, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
