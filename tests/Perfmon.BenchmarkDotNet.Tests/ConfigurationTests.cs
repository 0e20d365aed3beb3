using BenchmarkDotNet.Configs;
using Perfmon.BenchmarkDotNet.Columns;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>The ways to add the diagnosers come to the same.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void The_attribute_adds_the_diagnoser_with_its_columns()
    {
        var attribute = new PerfmonDiagnoserAttribute("page-faults", "cycles") { Metrics = "ipc", Threads = BenchmarkThreads.BenchmarkThread, Run = CountedRun.Measured };
        var options = Assert.IsType<PerfmonDiagnoser>(Assert.Single(attribute.Config.GetDiagnosers())).Options;

        Assert.Equal(["page-faults", "cycles"], options.Events);
        Assert.Equal(["ipc"], options.Metrics!);
        Assert.Equal((BenchmarkThreads.BenchmarkThread, CountedRun.Measured), (options.Threads, options.Run));
        Assert.Same(CountColumns.Provider, Assert.Single(attribute.Config.GetColumnProviders()));
    }

    [Fact]
    public void Without_names_the_usual_events_are_counted() => Assert.Equal(
        PerfmonDiagnoserOptions.DefaultEvents,
        Assert.IsType<PerfmonDiagnoser>(Assert.Single(new PerfmonDiagnoserAttribute().Config.GetDiagnosers())).Options.Events);

    [Fact]
    public void The_profilers_attribute_adds_the_profiler() =>
        Assert.Equal("page-faults", Assert.IsType<PerfmonProfiler>(Assert.Single(new PerfmonProfilerAttribute { Event = "page-faults" }.Config.GetDiagnosers())).Options.Event);

    [Fact]
    public void A_configuration_that_can_be_changed_is_changed()
    {
        var config = ManualConfig.CreateEmpty();
        Assert.Same(config, config.AddPerfmonDiagnoser("page-faults"));
        Assert.Equal(2, config.AddPerfmonProfiler().GetDiagnosers().Count());
        Assert.NotSame(DefaultConfig.Instance, DefaultConfig.Instance.AddPerfmonDiagnoser("page-faults"));
    }
}
