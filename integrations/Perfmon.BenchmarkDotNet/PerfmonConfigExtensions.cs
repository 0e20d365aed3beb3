using BenchmarkDotNet.Configs;
using Perfmon.BenchmarkDotNet.Columns;

namespace Perfmon.BenchmarkDotNet;

/// <summary>Adds Perfmon's diagnosers to configurations of BenchmarkDotNet.</summary>
public static class PerfmonConfigExtensions
{
    /// <summary>Adds a <see cref="PerfmonDiagnoser"/> and its columns.</summary>
    public static ManualConfig AddPerfmonDiagnoser(this IConfig config, PerfmonDiagnoserOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Own(config).AddDiagnoser(new PerfmonDiagnoser(options ?? new())).AddColumnProvider(CountColumns.Provider);
    }

    /// <summary>Adds a <see cref="PerfmonDiagnoser"/> for events named as in perf, and its columns.</summary>
    public static ManualConfig AddPerfmonDiagnoser(this IConfig config, params string[] events) =>
        config.AddPerfmonDiagnoser(new PerfmonDiagnoserOptions { Events = events });

    /// <summary>Adds a <see cref="PerfmonProfiler"/>.</summary>
    public static ManualConfig AddPerfmonProfiler(this IConfig config, PerfmonProfilerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Own(config).AddDiagnoser(new PerfmonProfiler(options ?? new()));
    }

    // As BenchmarkDotNet's own: one that can be changed is changed, any other is copied.
    private static ManualConfig Own(IConfig config) => config as ManualConfig ?? ManualConfig.Create(config);
}
