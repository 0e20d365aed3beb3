using Perfmon.Tests.Profiles;

namespace Perfmon.Tests.Otlp;

/// <summary>
/// A request to export metrics, as far as tests look at it, read by the field numbers of OTLP 1.x
/// (<c>opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest</c>).
/// </summary>
internal sealed class OtlpMessage
{
    public OtlpMessage(byte[] bytes)
    {
        var resource = Assert.Single(new RawMessage(bytes).Messages(1));
        Resource = Attributes(Assert.Single(resource.Messages(1)), 1);
        Metrics = [];

        // A reader may collect before its provider has begun to listen: there is nothing in that yet.
        if (resource.Messages(2).SingleOrDefault() is not { } scope)
        {
            return;
        }

        var about = Assert.Single(scope.Messages(1));
        Scope = (about.Strings(1).Single(), about.Strings(2).Single());
        SchemaUrl = scope.Strings(3).SingleOrDefault();
        Metrics = [.. scope.Messages(2).Select(one => new OtlpMetric(one))];
    }

    public Dictionary<string, object> Resource { get; }

    public (string Name, string Version) Scope { get; }

    public string? SchemaUrl { get; }

    public IReadOnlyList<OtlpMetric> Metrics { get; }

    /// <summary>The metric called <paramref name="name"/>; null where there is none.</summary>
    public OtlpMetric? Find(string name) => Metrics.SingleOrDefault(one => one.Name == name);

    /// <summary>The only value of the metric called <paramref name="name"/>; null where there is none.</summary>
    public double? Value(string name) => Find(name) is { } metric ? Assert.Single(metric.Points).Value : null;

    public static Dictionary<string, object> Attributes(RawMessage message, int field) =>
        message.Messages(field).ToDictionary(one => one.Strings(1).Single(), one => Any(one.Messages(2).Single()));

    private static object Any(RawMessage value) => value.Fields.Single() switch
    {
        1 => value.Strings(1).Single(),
        2 => value.Number(2) != 0,
        3 => (long)value.Number(3),
        4 => BitConverter.UInt64BitsToDouble(value.Number(4)),
        var field => throw new InvalidOperationException($"attribute of kind {field}"),
    };
}

/// <summary>One metric: a gauge, or a sum.</summary>
internal sealed class OtlpMetric
{
    private const int Gauge = 5;
    private const int Sum = 7;

    public OtlpMetric(RawMessage message)
    {
        Name = message.Strings(1).Single();
        Unit = message.Strings(3).Single();
        IsSum = message.Fields.Contains(Sum);
        var data = message.Messages(IsSum ? Sum : Gauge).Single();
        IsCumulative = data.Number(2) == 2;
        IsMonotonic = data.Number(3) != 0;
        Points = [.. data.Messages(1).Select(point => new OtlpPoint(
            OtlpMessage.Attributes(point, 7),
            point.Number(2),
            point.Number(3),
            point.Fields.Contains(6) ? (long)point.Number(6) : BitConverter.UInt64BitsToDouble(point.Number(4)),
            point.Fields.Contains(6)))];
    }

    public string Name { get; }

    public string Unit { get; }

    public bool IsSum { get; }

    public bool IsCumulative { get; }

    public bool IsMonotonic { get; }

    public IReadOnlyList<OtlpPoint> Points { get; }
}

/// <summary>One value.</summary>
internal sealed record OtlpPoint(Dictionary<string, object> Attributes, ulong Start, ulong Time, double Value, bool IsWhole);
