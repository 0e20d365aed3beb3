namespace Perfmon.Tool.Stat.Otlp;

/// <summary>Where counts are sent.</summary>
/// <param name="Endpoint">The collector's address; of OTLP over HTTP with the path for metrics.</param>
/// <param name="Protocol">How it is spoken to.</param>
/// <param name="Interval">How often counts are sent.</param>
internal sealed record OtlpRequest(Uri Endpoint, OtlpTransport Protocol, TimeSpan Interval);

/// <summary>What carries OTLP's messages.</summary>
internal enum OtlpTransport
{
    Http,
    Grpc,
}
