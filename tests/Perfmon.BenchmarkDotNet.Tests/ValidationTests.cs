using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Validators;
using Perfmon.BenchmarkDotNet.Planning;
using Perfmon.BenchmarkProgram;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>What is told before anything runs: an error for mistakes and where nothing is left, a warning for what is only not counted; each with what to do.</summary>
public sealed class ValidationTests
{
    [Theory]
    [InlineData("page-fautls", "unknown event 'page-fautls'", "page-faults")]
    [InlineData("syscalls:sys_enter_getpid_", "syscalls:sys_enter_getpid_", "sys_enter_getpid")]
    [InlineData("page-faults:q", "q", "modifier")]
    [InlineData("{page-faults", "{page-faults", "}")]
    public void A_wrong_name_is_an_error_that_shows_where(string name, string place, string help)
    {
        var errors = Validate(new PerfmonDiagnoserOptions { Events = ["task-clock", name] });

        var error = Assert.Single(errors);
        Assert.True(error.IsCritical, error.Message);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(help, error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("cycles", "This machine has no hardware PMU.")]
    [InlineData("LLC-load-misses:u", "This machine has no hardware PMU.")]
    public void An_event_that_the_machine_lacks_is_a_warning_beside_others(string name, string told)
    {
        InProcessTests.SkipWithPmu();

        var warning = Assert.Single(Validate(new PerfmonDiagnoserOptions { Events = ["task-clock", name] }));
        Assert.False(warning.IsCritical);
        Assert.Contains(told, warning.Message, StringComparison.Ordinal);
        Assert.EndsWith("It is shown as '-'; the other events are counted.", warning.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Nothing_that_can_be_counted_is_an_error()
    {
        InProcessTests.SkipWithPmu();

        var errors = Validate(new PerfmonDiagnoserOptions { Events = ["cycles", "instructions"] });
        Assert.Equal([false, false, true], errors.Select(error => error.IsCritical));
        Assert.StartsWith("None of Perfmon's events can be counted here", errors[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_events_are_an_error()
    {
        var error = Assert.Single(Validate(new PerfmonDiagnoserOptions { Events = [] }));
        Assert.True(error.IsCritical);
        Assert.Contains("[PerfmonDiagnoser(\"task-clock\", \"page-faults\")]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ipcc", "unknown metric 'ipcc'")]
    [InlineData("x = page-faults / page-fautls", "page-fautls")]
    [InlineData("x = page-faults task-clock", "an operator is missing here")]
    public void A_wrong_metric_is_an_error(string metric, string told)
    {
        var errors = Validate(new PerfmonDiagnoserOptions { Events = ["task-clock"], Metrics = [metric] });
        Assert.Contains(errors, error => error.IsCritical && error.Message.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void A_turn_that_is_too_short_is_an_error() =>
        Assert.Contains("Turn is 1 µs", Assert.Single(Validate(new PerfmonDiagnoserOptions { Events = ["task-clock"], Turn = TimeSpan.FromMicroseconds(1) })).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_all_right_is_not_mentioned() => Assert.Empty(Validate(new PerfmonDiagnoserOptions { Events = ["task-clock", "page-faults:u"] }));

    [Fact]
    public void Another_system_is_an_error_that_tells_how_to_leave_the_diagnoser_out()
    {
        Assert.True(PlanErrors.NotLinux().IsCritical);
        Assert.Contains("OperatingSystem.IsLinux()", PlanErrors.NotLinux().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_processes_of_net_10_and_later_can_count_themselves()
    {
        Assert.True(PlanErrors.CanLoad(CoreRuntime.CreateForNewVersion("net10.0", ".NET 10.0")));
        Assert.True(PlanErrors.CanLoad(CoreRuntime.CreateForNewVersion("net11.0-linux", ".NET 11.0")));
        Assert.False(PlanErrors.CanLoad(CoreRuntime.Core90));
        Assert.False(PlanErrors.CanLoad(CoreRuntime.Core31));
        Assert.False(PlanErrors.CanLoad(NativeAotRuntime.Net90));
        Assert.False(PlanErrors.CanLoad(MonoRuntime.Default));
        Assert.False(PlanErrors.CanLoad(ClrRuntime.Net48));
    }

    [SkippableFact]
    public void An_ordinary_user_counts_user_mode_and_is_told_of_it()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root. Run: sudo dotnet test");
        Skip.If(Perfmon.Host.HostDescription.Current.Settings.PerfEventParanoid != 2, "kernel.perf_event_paranoid is not 2. Run: sudo sysctl kernel.perf_event_paranoid=2");
        var folder = Directory.CreateTempSubdirectory("perfmon-bdn-nobody-").FullName;
        try
        {
            OwnProcess.Copy(folder);
            string[] nobody = ["chmod -R a+rX \"$0\" && HOME=/tmp exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all \"$@\""];
            using var run = BenchmarkRun.Of(["sh", "-c", .. nobody, folder], folder, "emit", nameof(KnownWork), "page-faults", "syscalls:sys_enter_getppid");

            Assert.Equal(0, run.ExitCode);
            Assert.Contains("page-faults: kernel mode is left out (:u), as kernel.perf_event_paranoid is 2.", run.Log, StringComparison.Ordinal);
            Assert.Contains("sudo sysctl kernel.perf_event_paranoid=1", run.Log, StringComparison.Ordinal);
            Assert.Equal("-", run.Cell("GetParent", "syscalls:sys_enter_getppid/op"));
            InProcessTests.AssertNear(KnownWork.Pages, run["TouchFreshPages", "page-faults"]);
            Assert.True(run.HasColumn("page-faults:u/op"), run.Log);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_wrong_name_stops_BenchmarkDotNet()
    {
        using var run = BenchmarkRun.Of("emit", nameof(KnownWork), "page-fautls");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("unknown event 'page-fautls'", run.Log, StringComparison.Ordinal);
    }

    private static ValidationError[] Validate(PerfmonDiagnoserOptions options) => [.. new PerfmonDiagnoser(options).Validate(new ValidationParameters([], ImmutableConfigBuilder.Create(ManualConfig.CreateEmpty())))];
}
