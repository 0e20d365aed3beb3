using Perfmon.Events;
using Perfmon.Sampling;
using Perfmon.Session;

namespace Perfmon.Tool.Sample;

/// <summary>What is to be sampled, and how. There is a target, a command, or both: then the command says how long the target is sampled.</summary>
internal sealed record SampleRequest
{
    public required IReadOnlyList<EventRequest> Events { get; init; }

    /// <summary>What runs already; empty where the command itself is sampled.</summary>
    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>The processes and threads that were named.</summary>
    public IReadOnlyList<int> NamedIds { get; init; } = [];

    /// <summary>The command and its arguments; empty where there is none.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public required SamplingOptions Options { get; init; }

    /// <summary>What becomes of the perf maps of .NET processes.</summary>
    public JitMapUse JitMaps { get; init; }

    /// <summary>What is sampled, in words.</summary>
    public string Subject => Targets.Count > 0 ? string.Join(", ", Targets) : string.Join(' ', Command);
}

/// <summary>What becomes of the perf maps of .NET processes.</summary>
internal enum JitMapUse
{
    /// <summary>They stay as they are, and nothing is said.</summary>
    Nothing,

    /// <summary>They stay as they are; processes without one are named.</summary>
    Hint,

    /// <summary>They are switched on, and off at the end.</summary>
    SwitchOn,
}
