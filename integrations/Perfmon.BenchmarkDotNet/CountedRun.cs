namespace Perfmon.BenchmarkDotNet;

/// <summary>In which run of a benchmark its events are counted.</summary>
public enum CountedRun
{
    /// <summary>In a run of its own behind the measured ones (<c>RunMode.ExtraRun</c>): the times that BenchmarkDotNet shows are not touched.</summary>
    Extra,

    /// <summary>
    /// In the last measured run (<c>RunMode.NoOverhead</c>): it takes no longer, and times have in them what counting costs, which for tracepoints on a hot path
    /// is much.
    /// </summary>
    Measured,
}
