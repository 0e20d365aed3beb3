using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfmon.BenchmarkDotNet;
using Perfmon.BenchmarkProgram;
using Perfmon.Session;

// Perfmon.BenchmarkProgram direct EVENT OPERATIONS
// Perfmon.BenchmarkProgram TOOLCHAIN KnownWork ARTIFACTS WORD...
// Perfmon.BenchmarkProgram TOOLCHAIN Writing ARTIFACTS WORD...
// Perfmon.BenchmarkProgram TOOLCHAIN Burning ARTIFACTS WORD...
//
// The first counts the known work by a session of its own: "METHOD VALUE" of an operation. The others run a class in BenchmarkDotNet, in processes of their own (TOOLCHAIN own)
// or in this one (emit, noemit), and print its log, then "= METHOD METRIC VALUE" for each metric. A WORD is an event; writes, for those of Writing; metric=TEXT; all or thread; measured; plain, for
// BenchmarkDotNet's own columns; profile, for the profiler.
switch (args)
{
    case ["direct", var name, var operations]:
        var work = new KnownWork();
        CountDirectly("GetParent", () => work.GetParent(), name, int.Parse(operations, CultureInfo.InvariantCulture));
        CountDirectly("TouchFreshPages", work.TouchFreshPages, name, int.Parse(operations, CultureInfo.InvariantCulture));
        return 0;
    case [var toolchain, var type, var artifacts, .. var words]:
        var report = BenchmarkRunner.Run(Type.GetType($"Perfmon.BenchmarkProgram.{type}", throwOnError: true)!, Configuration(toolchain, type, artifacts, words));
        foreach (var benchmark in report.Reports)
        {
            foreach (var (id, metric) in benchmark.Metrics)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"= {benchmark.BenchmarkCase.Descriptor.WorkloadMethod.Name} {id} {metric.Value:R}"));
            }
        }

        return report.HasCriticalValidationErrors ? 3 : 0;
    default:
        return 2;
}

static void CountDirectly(string method, Action operation, string name, int times)
{
    operation();
    using var session = MonitoringSession.Create(name);
    session.Attach(Target.CallingThread);
    session.Start();
    for (var i = 0; i < times; i++)
    {
        operation();
    }

    session.Stop();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{method} {(double)session.Read()[0].Count.Value / times:R}"));
}

static IConfig Configuration(string toolchain, string type, string artifacts, string[] words)
{
    var job = Job.Default.WithLaunchCount(1).WithWarmupCount(2).WithIterationCount(5)
        .WithInvocationCount(type == nameof(KnownWork) ? 256 : type == nameof(Writing) ? 2_048 : 1_024).WithUnrollFactor(16);
    var config = ManualConfig.CreateMinimumViable().WithArtifactsPath(artifacts).WithOptions(ConfigOptions.DisableOptimizationsValidator).AddJob(toolchain switch
    {
        "emit" => job.WithToolchain(InProcessEmitToolchain.Instance),
        "noemit" => job.WithToolchain(InProcessNoEmitToolchain.Instance),
        _ => job,
    });
    string[] others = ["writes", "all", "thread", "measured", "plain", "profile"];
    var options = new PerfmonDiagnoserOptions
    {
        Metrics = words.Where(word => word.StartsWith("metric=", StringComparison.Ordinal)).Select(word => word["metric=".Length..]).ToList() is { Count: > 0 } metrics ? metrics : null,
        Events = [.. words.Except(others).Where(word => !word.StartsWith("metric=", StringComparison.Ordinal)), .. words.Contains("writes") ? Writing.Events : []],
        Threads = words.Contains("all") ? BenchmarkThreads.All : words.Contains("thread") ? BenchmarkThreads.BenchmarkThread : BenchmarkThreads.Automatic,
        Run = words.Contains("measured") ? CountedRun.Measured : CountedRun.Extra,
        Turn = TimeSpan.FromMilliseconds(2),
    };
    config = words.Contains("profile") ? config.AddPerfmonProfiler(new PerfmonProfilerOptions { Threads = options.Threads, KeepsRecording = true }) : config;
    return words.Contains("plain") ? config.AddDiagnoser(new PerfmonDiagnoser(options))
        : words is ["profile"] ? config
        : config.AddPerfmonDiagnoser(options);
}
