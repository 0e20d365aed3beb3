using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfmon.BenchmarkDotNet;
using Perfmon.BenchmarkProgram;
using Perfmon.Session;

// Perfmon.BenchmarkProgram direct EVENT OPERATIONS
// Perfmon.BenchmarkProgram own|emit|noemit ARTIFACTS EVENT...
//
// The first counts the known work by a session of its own: "METHOD VALUE" of an operation. The others run BenchmarkDotNet on it, in processes of their own or in this one, and
// print its log, then "= METHOD METRIC VALUE" for each metric and "| CELL | CELL" for each row of the table.
switch (args)
{
    case ["direct", var name, var operations]:
        var work = new KnownWork();
        Count("GetParent", () => work.GetParent());
        Count("TouchFreshPages", work.TouchFreshPages);
        return 0;

        void Count(string method, Action operation)
        {
            operation();
            var times = int.Parse(operations, CultureInfo.InvariantCulture);
            using var session = MonitoringSession.Create(name);
            session.Attach(Target.CallingThread);
            session.Start();
            for (var i = 0; i < times; i++)
            {
                operation();
            }

            session.Stop();
            Console.WriteLine($"{method} {(double)session.Read()[0].Count.Value / times}");
        }

    case [var toolchain, var artifacts, .. var events]:
        var job = Job.Default.WithLaunchCount(1).WithWarmupCount(2).WithIterationCount(5).WithInvocationCount(256).WithUnrollFactor(16);
        var config = ManualConfig.CreateMinimumViable().WithArtifactsPath(artifacts).WithOptions(ConfigOptions.DisableOptimizationsValidator)
            .AddJob(toolchain switch
            {
                "emit" => job.WithToolchain(InProcessEmitToolchain.Instance),
                "noemit" => job.WithToolchain(InProcessNoEmitToolchain.Instance),
                _ => job,
            })
            .AddPerfmonDiagnoser(events);
        foreach (var report in BenchmarkRunner.Run<KnownWork>(config).Reports)
        {
            foreach (var (id, metric) in report.Metrics)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"= {report.BenchmarkCase.Descriptor.WorkloadMethod.Name} {id} {metric.Value:R}"));
            }
        }

        return 0;
    default:
        return 2;
}
