using Perfmon.Profiles;

namespace Perfmon.Tool.Report;

/// <summary>What <c>pfmon report</c> is asked for.</summary>
internal sealed record ReportRequest
{
    public required string File { get; init; }

    public required RecordedSamplesOptions Symbols { get; init; }

    /// <summary>The event; null for all.</summary>
    public string? Event { get; init; }

    /// <summary>What the rows of the table are.</summary>
    public FlatKey Key { get; init; }

    public bool IsTree { get; init; }

    public bool IsInverted { get; init; }

    /// <summary>The smallest part of the whole that is shown, 0 to 1.</summary>
    public double MinShare { get; init; }

    /// <summary>Where to draw a flame graph; null for nowhere.</summary>
    public string? FlamePath { get; init; }

    public bool IsJson { get; init; }
}
