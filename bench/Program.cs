using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfmon.Bench;
using Perfmon.Bench.Decoding;
using Perfmon.Bench.Sampling;
using Perfmon.Bench.Startup;
using Perfmon.Bench.Switches;
using Perfolizer.Horology;

switch (args)
{
    case ["quick", .. var words]:
        Quick.Run(words);
        return 0;
    case ["switching", .. var words]:
        SwitchCost.Run(words);
        return 0;
    case ["sampling", .. { Length: <= 1 } rounds]:
        return SamplingComparison.Run(rounds is [var each] ? int.Parse(each, CultureInfo.InvariantCulture) : 5);
    case ["startup", .. { Length: <= 2 } options]:
        return await StartupComparison.RunAsync(options is [var startups, ..] ? int.Parse(startups, CultureInfo.InvariantCulture) : 40, options is [_, var folder] ? folder : null);
    case ["soak"]:
        return Soak.Run();
    case ["estimators", .. { Length: <= 1 } jitter]:
        return Estimators.Run(jitter);
    case ["truth", .. { Length: <= 1 } runs]:
        return Truth.Run(runs is [var times] ? int.Parse(times, CultureInfo.InvariantCulture) : 20);
    case ["scarce", .. { Length: <= 1 } runs]:
        return Scarce.Run(runs is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 100);
    case ["decode"]:
        return DecodeCost.Run();
    case ["mutations", .. { Length: <= 1 } runs]:
        return Mutations.Run(runs is [var files] ? int.Parse(files, CultureInfo.InvariantCulture) : 1_000_000);
    case ["all", .. var options]:
        // In this process: C and C# share it, and with it the state of the machine. On a noisy one more rounds would not say more.
        var config = DefaultConfig.Instance
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithIterationTime(TimeInterval.FromMilliseconds(200)).WithMinIterationCount(10).WithMaxIterationCount(30))
            .AddDiagnoser(MemoryDiagnoser.Default);
        _ = BenchmarkSwitcher.FromAssembly(typeof(Quick).Assembly).Run(options is [] ? ["--filter", "*"] : options, config);
        return 0;
    default:
        Console.Error.WriteLine("usage: quick [WORD...] | switching [WORD...] | sampling [ROUNDS] | startup [ROUNDS [FOLDER]] | scarce [RUNS] | truth [RUNS] | estimators [JITTER] | soak | decode | mutations [COUNT] | all [options of BenchmarkDotNet]");
        return 2;
}
