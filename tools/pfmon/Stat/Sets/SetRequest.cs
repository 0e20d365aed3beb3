using Perfmon.Sets;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>The event sets that are to take turns, and what is made of their slices.</summary>
internal sealed record SetRequest
{
    public required IReadOnlyList<EventSet> Sets { get; init; }

    public required EventSetOptions Options { get; init; }

    /// <summary>The file for the slices' rows; null for none.</summary>
    public string? SlicesPath { get; init; }

    /// <summary>The file for the drawing of the rates; null for none.</summary>
    public string? PlotPath { get; init; }

    /// <summary>Whether slices are wanted at all.</summary>
    public bool HasSliceFiles => SlicesPath is not null || PlotPath is not null;
}
