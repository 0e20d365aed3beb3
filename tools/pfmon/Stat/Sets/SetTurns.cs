using Perfmon.Sets.Estimation;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>How event sets took turns: in a reading of one target, or summed over targets and runs.</summary>
internal sealed record SetTurns
{
    public required IReadOnlyList<SetTurn> Sets { get; init; }

    /// <summary>Time in which one set or another was counting: CPU time of threads, the wall clock of CPUs.</summary>
    public required TimeSpan ActiveTime { get; init; }

    /// <summary>For how long the targets were monitored; null where that is not known. What active time lacks of it went by between two sets.</summary>
    public TimeSpan? MonitoredTime { get; init; }

    public ulong Switches { get; init; }

    /// <summary>Of how many switches it is known how late they came.</summary>
    public ulong TimedSwitches { get; init; }

    /// <summary>How late those came in all, in nanoseconds.</summary>
    public ulong Lateness { get; init; }

    public ulong LongestLateness { get; init; }

    public double? MeanLateness => TimedSwitches == 0 ? null : (double)Lateness / TimedSwitches;

    /// <summary>Whether the sets saw the same program: a finding for each target of each run.</summary>
    public required IReadOnlyList<TrustCheck> Trust { get; init; }

    /// <summary>The finding with the least agreement.</summary>
    public TrustCheck LeastTrust => Trust.MinBy(check => check.Probability)!;

    /// <summary>Slices that nobody read in time.</summary>
    public ulong LostSlices { get; init; }

    public required EstimatorKind Estimator { get; init; }

    /// <summary>The event that all sets have, as it is counted; null where there is none.</summary>
    public string? Reference { get; init; }

    /// <summary>The set of the event at <paramref name="index"/> of a reading.</summary>
    public int SetOf(int index)
    {
        foreach (var set in Sets)
        {
            if (index < set.Events)
            {
                return set.Id;
            }

            index -= set.Events;
        }

        throw new ArgumentOutOfRangeException(nameof(index));
    }

    /// <summary>These turns and those of another target, or of another run.</summary>
    public SetTurns Plus(SetTurns other) => this with
    {
        Sets = [.. Sets.Zip(other.Sets, (one, another) => one with { Runs = one.Runs + another.Runs, ActiveTime = one.ActiveTime + another.ActiveTime })],
        ActiveTime = ActiveTime + other.ActiveTime,
        MonitoredTime = MonitoredTime + other.MonitoredTime,
        Switches = Switches + other.Switches,
        TimedSwitches = TimedSwitches + other.TimedSwitches,
        Lateness = Lateness + other.Lateness,
        LongestLateness = Math.Max(LongestLateness, other.LongestLateness),
        Trust = [.. Trust, .. other.Trust],
        LostSlices = LostSlices + other.LostSlices,
    };
}

/// <summary>One event set's turns.</summary>
/// <param name="Id">Its place among the sets, from 0.</param>
/// <param name="Runs">How many there were.</param>
/// <param name="ActiveTime">How long they were in all.</param>
/// <param name="Switch">When the set gives way, in words.</param>
/// <param name="Events">How many events it has.</param>
internal sealed record SetTurn(int Id, ulong Runs, TimeSpan ActiveTime, string Switch, int Events);
