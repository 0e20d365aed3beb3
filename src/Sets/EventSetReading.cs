using Perfmon.Session;
using Perfmon.Sets.Estimation;

namespace Perfmon.Sets;

/// <summary>The totals of a session of event sets, with what must be known to believe them.</summary>
public sealed record EventSetReading
{
    /// <summary>The sets, in order.</summary>
    public required IReadOnlyList<EventSetResult> Sets { get; init; }

    /// <summary>Whether the sets saw the same program, as far as the reference event tells.</summary>
    public required TrustCheck Trust { get; init; }

    /// <summary>Time in which one set or another was counting: on threads their CPU time, summed; on CPUs the wall clock's.</summary>
    public required TimeSpan ActiveTime { get; init; }

    /// <summary>
    /// For how long the target was monitored: what <see cref="ActiveTime"/> lacks of it went by between two sets. It is little on one thread or CPU, and the more the more
    /// threads there are. Totals are of all of it, as if the target had done the same then, with an interval that allows for nothing and for twice that. Null where
    /// it is not known.
    /// </summary>
    public TimeSpan? MonitoredTime { get; init; }

    /// <summary>The share of the time that passed between two sets, 0 to 1, where it is known.</summary>
    public double? UncoveredShare => MonitoredTime is { } all && all > TimeSpan.Zero ? Math.Max(0, 1 - (ActiveTime / all)) : null;

    /// <summary>How switching went.</summary>
    public required SwitchStatistics Switching { get; init; }

    /// <summary>Slices that were dropped because nobody read them in time. The totals have them all the same.</summary>
    public required ulong LostSlices { get; init; }

    /// <summary>The total of the event that was written <paramref name="name"/>; the same in every set that has it.</summary>
    /// <exception cref="KeyNotFoundException">No set has such an event.</exception>
    public EventCount this[string name] =>
        Sets.SelectMany(set => set.Counts).FirstOrDefault(count => count.Name == name)
        ?? throw new KeyNotFoundException($"No event set has '{name}'.");
}

/// <summary>One set of a reading.</summary>
/// <param name="Id">Its place among the session's sets, from 0.</param>
/// <param name="Runs">How often it had its turn.</param>
/// <param name="ActiveTime">For how long it was active.</param>
/// <param name="Switch">When it gives way.</param>
/// <param name="Counts">Its events: totals over all of the time, each with its share of the time and its interval.</param>
public sealed record EventSetResult(ushort Id, ulong Runs, TimeSpan ActiveTime, SetSwitch Switch, Reading Counts);
