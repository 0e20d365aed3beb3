namespace Perfmon.Bench.Sampling;

/// <summary>One of the sides that are compared: perf record, or Perfmon.</summary>
internal interface IRecorder
{
    /// <summary>CPU time of its own reading so far, in nanoseconds.</summary>
    long OwnTime { get; }

    /// <summary>Begins to sample a thread by its CPU time, so many times a second.</summary>
    void Start(int thread, int hertz);

    /// <summary>Ends that.</summary>
    /// <returns>The samples.</returns>
    long Stop();

    /// <summary>Runs a command with a sample for each call of getppid, and rings of so many pages.</summary>
    /// <returns>The samples.</returns>
    long Flood(string program, int calls, int pages);
}
