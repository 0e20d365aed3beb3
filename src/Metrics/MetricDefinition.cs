using System.Text.Json;

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

    // By hand: what a serializer makes for it first takes a program longer than all else that it does with a metric.
    /// <exception cref="JsonException">It has something that a metric has not.</exception>
    /// <exception cref="KeyNotFoundException">It lacks what every metric has.</exception>
    public static MetricDefinition Read(JsonElement metric)
    {
        string? beside = null;
        int? decimals = null;
        var everyMode = false;
        foreach (var property in metric.EnumerateObject())
        {
            switch (property.Name)
            {
                case "name" or "expression" or "unit" or "description" or "source":
                    break;
                case "beside":
                    beside = property.Value.GetString();
                    break;
                case "decimals":
                    decimals = property.Value.GetInt32();
                    break;
                case "every_mode":
                    everyMode = property.Value.GetBoolean();
                    break;
                default:
                    throw new JsonException($"A metric has no {property.Name}.");
            }
        }

        return new MetricDefinition
        {
            Name = Text("name"),
            Expression = Text("expression"),
            Unit = Text("unit"),
            Description = Text("description"),
            Source = Text("source"),
            Beside = beside,
            Decimals = decimals,
            EveryMode = everyMode,
        };

        string Text(string name) => metric.GetProperty(name).GetString()!;
    }
}
