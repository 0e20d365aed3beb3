using Perfmon.Events;
using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tool.Stat.Otlp;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tool.Stat;

/// <summary>What <c>pfmon stat</c> is to do. There is a target, a command, or both: then the command says how long the target is counted.</summary>
internal sealed record StatRequest
{
    /// <summary>The events that count all the time; empty where event sets take turns.</summary>
    public required IReadOnlyList<EventRequest> Events { get; init; }

    /// <summary>The event sets; null where there are none.</summary>
    public SetRequest? Sets { get; init; }

    /// <summary>What is computed from the counts; empty where nothing was asked for.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>What runs already; empty where the command itself is counted.</summary>
    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>Whether the targets are CPUs, with whatever runs on them.</summary>
    public bool IsOfCpus { get; init; }

    /// <summary>The command and its arguments; empty where there is none.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>How often the command is run; null: once, and no statistics are asked for.</summary>
    public int? Repeat { get; init; }

    public TimeSpan? Interval { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Where counts are sent besides; null for nowhere.</summary>
    public OtlpRequest? Otlp { get; init; }

    public required SessionOptions Session { get; init; }

    public StatFormatKind Format { get; init; }

    /// <summary>The file for the result; null for standard error.</summary>
    public string? OutputPath { get; init; }
}

/// <summary>How a result is written.</summary>
internal enum StatFormatKind
{
    Table,
    Json,
    Csv,
}
