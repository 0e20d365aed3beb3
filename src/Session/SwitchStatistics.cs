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

    // Both in nanoseconds of the monotonic clock; due is 0 where it is not known.
    internal void Add(ulong due, ulong now)
    {
        Switches++;
        if (due != 0)
        {
            var late = now > due ? now - due : 0;
            Timed++;
            Lateness += late;
            LongestLateness = Math.Max(LongestLateness, late);
        }
    }
}
