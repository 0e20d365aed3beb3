using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Validators;
using Perfmon.BenchmarkProgram;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>Profiles of benchmarks, in the process of the host.</summary>
public sealed class ProfilerTests
{
    [Fact]
    public void A_profile_has_the_benchmarks_method_and_its_files_are_told()
    {
        using var run = BenchmarkRun.Of("emit", nameof(Burning), "profile");

        var flames = Assert.Single(run.Files(".html"));
        Assert.Contains("Burning.BurnHere(", File.ReadAllText(flames), StringComparison.Ordinal);
        Assert.Contains("Burning.BurnHere(", File.ReadAllText(Assert.Single(run.Files(".speedscope.json"))), StringComparison.Ordinal);
        Assert.True(new FileInfo(Assert.Single(run.Files(".data"))).Length > 0);
        Assert.Contains(flames, run.Log, StringComparison.Ordinal);
        Assert.Contains(" samples of ", run.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu-clok", "flamegraph", "unknown event 'cpu-clok'")]
    [InlineData("cpu-clock", "flames", "There is no profile format flames.")]
    public void What_is_wrong_is_told_before_anything_runs(string name, string format, string told)
    {
        var profiler = new PerfmonProfiler(new PerfmonProfilerOptions { Event = name, Formats = [format] });

        var error = Assert.Single(profiler.Validate(new ValidationParameters([], ImmutableConfigBuilder.Create(ManualConfig.CreateEmpty()))));
        Assert.True(error.IsCritical);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }
}
