using System.Diagnostics;

namespace Perfmon.Session;

/// <summary>How the switching of a session's sets goes.</summary>
public record struct SwitchStatistics
{
    /// <summary>How often a set gave way.</summary>
    public ulong Switches { get; private set; }

    /// <summary>Of how many switches the lateness is known: those that an overflow told of.</summary>
    public ulong Timed { get; private set; }

    /// <summary>How late those came in all after the turn was over, in nanoseconds of the wall clock.</summary>
    public ulong Lateness { get; private set; }

    /// <summary>The latest of them, in nanoseconds.</summary>
    public ulong LongestLateness { get; private set; }

    /// <summary>How late a switch comes on average, in nanoseconds; 0 where it is not known.</summary>
    public readonly double MeanLateness => Timed == 0 ? 0 : (double)Lateness / Timed;

    // due: in nanoseconds of the monotonic clock; 0 where it is not known.
    internal void Add(ulong due)
    {
        Switches++;
        if (due != 0)
        {
            var late = (ulong)Math.Max(0, Stopwatch.GetTimestamp() - (long)due);
            Timed++;
            Lateness += late;
            LongestLateness = Math.Max(LongestLateness, late);
        }
    }
}
