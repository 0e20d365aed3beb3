using System.Text.Json.Serialization;

namespace Perfmon.Metrics;

/// <summary>A metric in metrics.json.</summary>
internal sealed record MetricDefinition
{
    public required string Name { get; init; }

    public required string Expression { get; init; }

    public required string Unit { get; init; }

    public required string Description { get; init; }

    public required string Source { get; init; }

    public int? Decimals { get; init; }

    public string? Beside { get; init; }

    public bool EveryMode { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MetricDefinition[]))]
internal sealed partial class MetricJsonContext : JsonSerializerContext;
