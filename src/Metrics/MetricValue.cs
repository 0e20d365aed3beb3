using System.Globalization;

namespace Perfmon.Metrics;

/// <summary>What a metric gave for a reading.</summary>
public sealed record MetricValue
{
    /// <summary>The metric.</summary>
    public required Metric Metric { get; init; }

    /// <summary>
    /// The metric's name with what the events have in common: <c>ipc:u</c> where they were counted in user mode,
    /// <c>cpu_atom/ipc/</c> where on that kind of core.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The events it was computed from, as they are counted. Those that are not counted at all are left out.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>How far it can be trusted.</summary>
    public required MetricState State { get; init; }

    /// <summary>The value in the metric's <see cref="Metric.Unit"/>; null where there is none.</summary>
    public double? Value { get; init; }

    /// <summary>
    /// The lower end of the 95 % interval, value - 1.96 standard errors; the value itself where it is exact, null where an input's error is not known.
    /// </summary>
    public double? Low { get; init; }

    /// <summary>The upper end, likewise.</summary>
    public double? High { get; init; }

    /// <summary>Why there is no value, or why it is an estimate; null where it is exact.</summary>
    public string? Reason { get; init; }

    /// <summary>The event because of which there is no value; null where it is for another reason, or where there is one.</summary>
    public string? MissingEvent { get; init; }

    /// <summary>The name, the value with its unit, its interval where it has an error, and the reason if there is one.</summary>
    public override string ToString()
    {
        var text = State switch
        {
            MetricState.NotCounted => "not counted",
            MetricState.Undefined => "undefined",
            _ when Metric.Unit is null => Number(Value),
            _ => $"{Number(Value)} {Metric.Unit}",
        };
        var interval = Low == High ? "" : $", {Number(Low)} to {Number(High)}";
        return Reason is null ? $"{Name}: {text}{interval}" : $"{Name}: {text}{interval} ({Reason})";
    }

    private string Number(double? value) => Metric.Decimals is { } decimals
        ? value?.ToString($"N{decimals}", CultureInfo.InvariantCulture) ?? ""
        : value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";
}
