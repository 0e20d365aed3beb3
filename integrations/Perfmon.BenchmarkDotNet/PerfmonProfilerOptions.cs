using Perfmon.Profiles;
using Perfmon.Sampling;

namespace Perfmon.BenchmarkDotNet;

/// <summary>How a <see cref="PerfmonProfiler"/> samples, and what it writes.</summary>
public sealed record PerfmonProfilerOptions
{
    /// <summary>
    /// The event whose occurrences are sampled, named as in <c>perf</c>; null: <c>cycles</c> where the machine has a PMU, else <c>cpu-clock</c>.
    /// </summary>
    public string? Event { get; init; }

    /// <summary>How often; null: 4,000 times a second, or each event of a tracepoint.</summary>
    public SampleRate? Rate { get; init; }

    /// <summary>Whose work is sampled.</summary>
    public BenchmarkThreads Threads { get; init; } = BenchmarkThreads.Automatic;

    /// <summary>What is written for each benchmark: names of <see cref="ProfileFormat"/>.</summary>
    public IReadOnlyList<string> Formats { get; init; } = ["flamegraph", "speedscope"];

    /// <summary>Whether the recording itself is kept beside them, a <c>perf.data</c> file for <c>perf report</c> and <c>pfmon report</c>.</summary>
    public bool KeepsRecording { get; init; }
}
