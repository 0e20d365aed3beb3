namespace Perfmon.BenchmarkDotNet;

/// <summary>Whose events count as a benchmark's.</summary>
public enum BenchmarkThreads
{
    /// <summary>
    /// All of a process that runs nothing but the benchmark; of a process that it shares with its host (the in-process toolchains) the thread that runs it.
    /// </summary>
    Automatic,

    /// <summary>
    /// Every thread of the process that runs the benchmark, those of the runtime included (garbage collection, compilation), and the processes that it starts. With an
    /// in-process toolchain that is all that the host does meanwhile too.
    /// </summary>
    All,

    /// <summary>The thread that runs the benchmark, and no other: what it leaves to the thread pool is not counted.</summary>
    BenchmarkThread,
}
