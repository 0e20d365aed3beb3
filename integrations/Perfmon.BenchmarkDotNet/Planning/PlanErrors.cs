using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Validators;
using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.BenchmarkDotNet.Planning;

/// <summary>What BenchmarkDotNet tells before it runs: what was asked, why it is not to be had, and what to do.</summary>
internal static class PlanErrors
{
    private const int OldestRuntime = 10;

    public static ValidationError NotLinux() => Error($"""
        Perfmon counts by perf_event_open, which only Linux has; this is {Environment.OSVersion.Platform}.
        Run the benchmarks on Linux, or add the diagnoser where it works:  if (OperatingSystem.IsLinux()) config = config.AddPerfmonDiagnoser(…);
        """);

    /// <summary>What is wrong with the plan; nothing, where everything is counted as it was asked for.</summary>
    public static IEnumerable<ValidationError> Of(EventPlan plan, PerfmonDiagnoserOptions options)
    {
        if (options.Turn < Sets.SetSwitch.Shortest)
        {
            yield return Error($"{nameof(PerfmonDiagnoserOptions.Turn)} is {options.Turn.TotalMicroseconds:N0} µs.\nA turn lasts {Sets.SetSwitch.Shortest.TotalMicroseconds:N0} µs at least; 10 ms is usual.");
        }

        foreach (var wrong in plan.MetricErrors)
        {
            yield return Error(wrong.Message);
        }

        var isNothingLeft = plan.Sets.Count == 0;
        foreach (var one in plan.Events.Where(one => one.Refusal is not null))
        {
            yield return IsMistake(one.Refusal!.Reason)
                ? Error(one.Refusal.Message)
                : new ValidationError(false, isNothingLeft ? one.Refusal.Message : $"{one.Refusal.Message}\n{Consequence(one)}");
        }

        if (plan.Events.Where(one => one is { LeavesKernelOut: true, IsCountable: true }).Select(one => one.AskedAs).ToList() is { Count: > 0 } cut)
        {
            yield return new ValidationError(false, $"""
                {string.Join(", ", cut)}: kernel mode is left out (:u), as kernel.perf_event_paranoid is {HostDescription.Current.Settings.PerfEventParanoid}.
                Count it too:  sudo sysctl kernel.perf_event_paranoid=1
                """);
        }

        if (isNothingLeft)
        {
            yield return Error(options.Events.Count == 0
                ? "Perfmon was given no events to count.\nName some, such as [PerfmonDiagnoser(\"task-clock\", \"page-faults\")]; pfmon list shows what there is."
                : "None of Perfmon's events can be counted here; the reasons stand above.\nName others, such as [PerfmonDiagnoser(\"task-clock\", \"page-faults\")], or take the diagnoser away.");
        }
    }

    /// <summary>Benchmarks whose processes cannot count themselves.</summary>
    public static IEnumerable<ValidationError> OfBenchmarks(IEnumerable<BenchmarkCase> benchmarks) =>
        from benchmark in benchmarks
        let runtime = benchmark.GetRuntime()
        where !CanLoad(runtime)
        select new ValidationError(
            false,
            $"The benchmark's process cannot load Perfmon: it runs {runtime.Name}, and Perfmon needs .NET {OldestRuntime} with a JIT.\nIts events are shown as '-'. Count it in a job of .NET {OldestRuntime}, or from outside:  pfmon stat",
            benchmark);

    /// <summary>Whether a process of this runtime runs startup hooks of ours.</summary>
    internal static bool CanLoad(Runtime runtime) =>
        runtime is CoreRuntime && runtime.MsBuildMoniker.StartsWith("net", StringComparison.Ordinal)
        && int.TryParse(runtime.MsBuildMoniker.AsSpan(3).ToString().Split('.')[0], out var version) && version >= OldestRuntime;

    // A wrong name stays wrong on every machine; the rest is this machine's.
    private static bool IsMistake(PerfmonReason reason) => reason is PerfmonReason.UnknownEvent or PerfmonReason.InvalidRequest;

    private static string Consequence(PlannedEvent one) => one.IsForMetric
        ? "Metrics that need it are shown as '-'."
        : "It is shown as '-'; the other events are counted.";

    private static ValidationError Error(string message) => new(true, message);
}
