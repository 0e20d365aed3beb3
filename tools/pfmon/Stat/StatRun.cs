using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tool.Stat;

/// <summary>What one run gave.</summary>
/// <param name="Events">The counts, summed over the targets.</param>
/// <param name="Elapsed">From the start of counting to its end.</param>
/// <param name="Exit">How the command ended; null without a command, and for one that was not waited for.</param>
/// <param name="Notes">What must be known of how the run went.</param>
internal sealed record StatRun(IReadOnlyList<EventCount> Events, TimeSpan Elapsed, CommandExit? Exit, IReadOnlyList<string> Notes)
{
    /// <summary>How event sets took turns; null where there are none.</summary>
    public SetTurns? Turns { get; init; }

    /// <summary>What follows from the counts, of what was asked for.</summary>
    public IReadOnlyList<MetricValue> Metrics { get; init; } = [];

    /// <summary>The events' lines, of this run alone.</summary>
    public IReadOnlyList<EventResult> Results => new StatReading(Events, Turns).Results;
}

/// <summary>What was counted between two readings of a run.</summary>
/// <param name="End">When the interval ended, since the start of counting.</param>
/// <param name="Length">How long it was.</param>
/// <param name="Events">The counts.</param>
/// <param name="Metrics">What follows from them, of what was asked for.</param>
/// <param name="HasSets">Whether the events are in sets that take turns.</param>
internal sealed record StatInterval(
    TimeSpan End, TimeSpan Length, IReadOnlyList<EventResult> Events, IReadOnlyList<MetricValue> Metrics, bool HasSets = false);

/// <summary>What all runs gave.</summary>
internal sealed record StatResult
{
    /// <summary>The command and its arguments; empty without one.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What was counted, in words.</summary>
    public required string Subject { get; init; }

    /// <summary>The command's exit code, or 128 and the signal that ended it; the first that is not 0 of several runs. Null without a command.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How long it took, or the mean of several runs.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The events; means of several runs.</summary>
    public required IReadOnlyList<EventResult> Events { get; init; }

    /// <summary>The metrics that were asked for; means of several runs.</summary>
    public IReadOnlyList<MetricValue> Metrics { get; init; } = [];

    /// <summary>The runs; one, unless the command was repeated.</summary>
    public required IReadOnlyList<StatRun> Runs { get; init; }

    /// <summary>How event sets took turns, over all runs; null where there are none.</summary>
    public SetTurns? Turns => Runs.Select(run => run.Turns).Aggregate((sum, next) => sum?.Plus(next!));

    /// <summary>Whether statistics over runs were asked for.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>What must be known of the result.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
