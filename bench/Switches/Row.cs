namespace Perfmon.Bench.Switches;

/// <summary>One line of the table: how many threads take how long turns, switched how.</summary>
/// <param name="Threads">The busy threads, each with a session of its own.</param>
/// <param name="Turn">A set's turn, in CPU time of the thread.</param>
/// <param name="Turns">How many turns of each thread a round lasts.</param>
/// <param name="Rounds">How often each side has its round.</param>
/// <param name="Strategy">Who switches.</param>
internal sealed record Row(int Threads, TimeSpan Turn, double Turns, int Rounds, Strategy Strategy = Strategy.SameCpuFirst)
{
    // What all threads together run before a round: the first switch is made by the thread of whatever CPU, which then knows where the target runs.
    private static readonly TimeSpan s_longestSettling = TimeSpan.FromSeconds(2);

    // And without a switch: how fast the program is shows soon.
    private static readonly TimeSpan s_longestUndisturbed = TimeSpan.FromSeconds(1);

    public string Name => (Threads == 1 ? "1 thread" : $"{Threads} threads") + $", {1 / Turn.TotalSeconds:N0}/s" + Strategy switch
    {
        Strategy.SameCpu => ", in line with the others",
        Strategy.Anywhere => ", one thread anywhere",
        _ => "",
    };

    /// <summary>CPU time of all threads before a round; none where that would take too long: the first switches are in the figures there.</summary>
    public TimeSpan Settling => Threads * Turn * 1.2 is var time && time <= s_longestSettling ? time : TimeSpan.Zero;

    /// <summary>CPU time of all threads in a round.</summary>
    public TimeSpan Length => Threads * Turns * Turn;

    /// <summary>The same without sets.</summary>
    public TimeSpan UndisturbedLength => Length < s_longestUndisturbed ? Length : s_longestUndisturbed;
}
