using BenchmarkDotNet.Configs;

namespace Perfmon.BenchmarkDotNet;

/// <summary>Counts events of the benchmarks of a class, or of all in an assembly, and shows them per operation: a <see cref="PerfmonDiagnoser"/> and its columns.</summary>
/// <example>
/// <code>
/// [PerfmonDiagnoser("task-clock", "page-faults", "syscalls:sys_enter_read")]
/// public class Reading { [Benchmark] public int Read() => … }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class PerfmonDiagnoserAttribute : Attribute, IConfigSource
{
    /// <summary>Counts <paramref name="events"/>; <see cref="PerfmonDiagnoserOptions.DefaultEvents"/> where none is named.</summary>
    public PerfmonDiagnoserAttribute(params string[] events) => Events = events;

    /// <inheritdoc cref="PerfmonDiagnoserOptions.Events"/>
    public IReadOnlyList<string> Events { get; }

    /// <summary>Names of metrics with commas between them (<c>"ipc,branch-mpki"</c>), or one expression; empty: as <see cref="PerfmonDiagnoserOptions.Metrics"/> says of null.</summary>
    public string Metrics { get; set; } = "";

    /// <inheritdoc cref="PerfmonDiagnoserOptions.Threads"/>
    public BenchmarkThreads Threads { get; set; }

    /// <inheritdoc cref="PerfmonDiagnoserOptions.Run"/>
    public CountedRun Run { get; set; }

    /// <summary>The diagnoser and its columns.</summary>
    public IConfig Config => field ??= ManualConfig.CreateEmpty().AddPerfmonDiagnoser(new PerfmonDiagnoserOptions
    {
        Events = Events.Count > 0 ? Events : PerfmonDiagnoserOptions.DefaultEvents,
        Metrics = Metrics.Length > 0 ? [Metrics] : null,
        Threads = Threads,
        Run = Run,
    });
}
