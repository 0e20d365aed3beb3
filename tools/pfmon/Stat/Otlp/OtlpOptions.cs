using System.CommandLine;
using Perfmon.Tool.CommandLine;
using static Perfmon.Tool.CommandLine.OptionValues;

namespace Perfmon.Tool.Stat.Otlp;

/// <summary>The options that send counts to a collector of OpenTelemetry. Everything else about it is in OpenTelemetry's own environment variables.</summary>
internal sealed class OtlpOptions
{
    // The path of OTLP over HTTP below the address that is given.
    private const string MetricsPath = "/v1/metrics";
    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string MetricsProtocolVariable = "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL";
    private const string IntervalVariable = "OTEL_METRIC_EXPORT_INTERVAL";

    // OpenTelemetry's own.
    private static readonly TimeSpan s_usualInterval = TimeSpan.FromSeconds(60);

    private readonly Option<string?> _endpoint = new("--otlp")
    {
        Description = "Send the counts to a collector of OpenTelemetry too, each interval of -I or each minute, and at the end.",
        HelpName = "URL",
    };

    private readonly Option<string?> _protocol = new("--otlp-protocol") { Description = "How to speak to it: http, unless told, or grpc.", HelpName = "PROTOCOL" };

    public IEnumerable<Option> All => [_endpoint, _protocol];

    /// <summary>Where to send counts; null for nowhere.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="interval">What -I says.</param>
    /// <exception cref="ToolException">It is no address or protocol.</exception>
    public OtlpRequest? Read(ParseResult parsed, TimeSpan? interval)
    {
        var protocol = parsed.GetValue(_protocol);
        if (parsed.GetValue(_endpoint) is not { } text)
        {
            Refuse(protocol is not null, "--otlp-protocol is how to speak to a collector, and none is given.\nAn example:  --otlp http://localhost:4318");
            return null;
        }

        Refuse(
            !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0,
            $"--otlp: '{text}' is not the address of a collector.\nAn example:  --otlp http://localhost:4318");
        var transport = protocol is not null ? Transport("--otlp-protocol", protocol) : FromEnvironment();
        return new OtlpRequest(transport == OtlpTransport.Http ? WithPath(address!) : address!, transport, interval ?? UsualInterval());
    }

    private static OtlpTransport FromEnvironment() =>
        new[] { MetricsProtocolVariable, ProtocolVariable }.Select(name => (Name: name, Value: Variable(name))).FirstOrDefault(one => one.Value is not null) is { Value: { } value } found
            ? Transport(found.Name, value)
            : OtlpTransport.Http;

    private static OtlpTransport Transport(string source, string name) => name switch
    {
        "http" or "http/protobuf" => OtlpTransport.Http,
        "grpc" => OtlpTransport.Grpc,
        _ => throw ToolException.WrongUsage($"{source}: '{name}' is not a protocol that pfmon speaks, which are http (http/protobuf) and grpc."),
    };

    private static TimeSpan UsualInterval() => Variable(IntervalVariable) is not { } text ? s_usualInterval
        : int.TryParse(text, out var milliseconds) && milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds)
        : throw ToolException.WrongUsage($"{IntervalVariable}: '{text}' is not a whole number of milliseconds above 0.");

    private static Uri WithPath(Uri address) => address.AbsolutePath.EndsWith(MetricsPath, StringComparison.Ordinal)
        ? address
        : new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') + MetricsPath }.Uri;

    // OpenTelemetry: an empty variable is as good as none.
    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
