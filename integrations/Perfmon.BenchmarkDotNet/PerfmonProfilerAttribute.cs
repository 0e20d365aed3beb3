using BenchmarkDotNet.Configs;

namespace Perfmon.BenchmarkDotNet;

/// <summary>Samples the benchmarks of a class, or of all in an assembly, and writes a flame graph and a speedscope file of each: a <see cref="PerfmonProfiler"/>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class PerfmonProfilerAttribute : Attribute, IConfigSource
{
    /// <summary>The event that is sampled; empty: <c>cycles</c> where the machine has a PMU, else <c>cpu-clock</c>.</summary>
    public string Event { get; set; } = "";

    /// <inheritdoc cref="PerfmonProfilerOptions.Threads"/>
    public BenchmarkThreads Threads { get; set; }

    /// <inheritdoc cref="PerfmonProfilerOptions.KeepsRecording"/>
    public bool KeepsRecording { get; set; }

    /// <summary>The profiler.</summary>
    public IConfig Config => field ??= ManualConfig.CreateEmpty().AddPerfmonProfiler(new PerfmonProfilerOptions
    {
        Event = Event.Length > 0 ? Event : null,
        Threads = Threads,
        KeepsRecording = KeepsRecording,
    });
}
