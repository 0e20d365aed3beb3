namespace Perfmon.Bench.Switches;

/// <summary>Whoever lets sets take turns on threads: C or Perfmon.</summary>
internal interface ISwitchingSide
{
    /// <summary>What the names of its switching threads begin with.</summary>
    string ThreadName { get; }

    /// <summary>How often a set has given way since the start.</summary>
    long Switches { get; }

    /// <summary>Opens a session on each thread and starts it.</summary>
    void Start(IReadOnlyList<int> threads, TimeSpan turn, Strategy strategy);

    /// <summary>Closes them.</summary>
    void Stop();
}
