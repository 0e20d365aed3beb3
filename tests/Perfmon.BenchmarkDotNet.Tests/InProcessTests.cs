using System.Globalization;
using Perfmon.BenchmarkProgram;
using Perfmon.Tests.Support;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>Real runs of BenchmarkDotNet in the process of its host, with work whose events are known.</summary>
public sealed class InProcessTests
{
    private const string GetPpid = "syscalls:sys_enter_getppid";

    [SkippableTheory]
    [InlineData("emit", "thread")]
    [InlineData("noemit", "thread")]
    [InlineData("emit", "measured")]
    [InlineData("emit", "all")]
    public void Known_events_are_counted_exactly_and_as_a_session_counts_them(string toolchain, string how)
    {
        RequireTracepoints();
        using var run = BenchmarkRun.Of(toolchain, nameof(KnownWork), how, GetPpid, "page-faults", "task-clock");

        Assert.Equal(KnownWork.Calls, run["GetParent", GetPpid]);
        Assert.Equal(0, run["TouchFreshPages", GetPpid]);
        AssertNear(KnownWork.Pages, run["TouchFreshPages", "page-faults"]);
        Assert.Equal(KnownWork.Calls.ToString(CultureInfo.InvariantCulture), run.Cell("GetParent", $"{GetPpid}/op"));
        foreach (var name in new[] { GetPpid, "page-faults" })
        {
            var direct = Direct(name);
            foreach (var method in new[] { "GetParent", "TouchFreshPages" })
            {
                AssertNear(direct[method], run[method, name]);
            }
        }
    }

    [SkippableFact]
    public void A_clock_is_shown_in_the_unit_of_the_times_and_what_the_machine_lacks_as_a_dash_with_the_reason()
    {
        SkipWithPmu();
        using var run = BenchmarkRun.Of("emit", nameof(KnownWork), "task-clock", "cycles", "instructions");

        Assert.EndsWith("us", run.Cell("TouchFreshPages", "task-clock/op"), StringComparison.Ordinal);
        Assert.Equal("-", run.Cell("TouchFreshPages", "cycles/op"));
        Assert.Equal("-", run.Cell("TouchFreshPages", "ipc"));
        Assert.False(run.Has("TouchFreshPages", "cycles"));
        Assert.Contains("cycles is not counted (-): Cannot count cycles", run.Log, StringComparison.Ordinal);
        Assert.Contains("This machine has no hardware PMU.", run.Log, StringComparison.Ordinal);
        Assert.Contains("ipc has no value (-): ", run.Log, StringComparison.Ordinal);
        Assert.Contains("taken off each of 5 iterations for the harness", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_brings_the_events_that_it_needs_and_they_have_no_columns()
    {
        using var run = BenchmarkRun.Of("emit", nameof(KnownWork), "metric=us-per-fault = task-clock / page-faults / 1e3", "metric=never = page-faults / emulation-faults", "page-faults");

        Assert.InRange(run["TouchFreshPages", "us-per-fault"], 0.01, 1_000);
        Assert.False(run.HasColumn("task-clock/op"));
        Assert.Equal("-", run.Cell("TouchFreshPages", "never"));
        Assert.Contains("never has no value (-): ", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void The_diagnoser_alone_has_BenchmarkDotNets_own_columns()
    {
        using var run = BenchmarkRun.Of("emit", nameof(KnownWork), "plain", "page-faults");

        Assert.Equal("64", run.Cell("TouchFreshPages", "page-faults/op").Split('.')[0]);
    }

    [SkippableFact]
    public void More_watched_addresses_than_the_CPU_has_registers_take_turns_and_show_their_error()
    {
        Skip.If(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64, "four debug registers are x86's");
        using var run = BenchmarkRun.Of("emit", nameof(Writing), "task-clock", "writes");

        var writes = run.Metrics("WriteAll").Where(metric => metric.Name.StartsWith("mem:", StringComparison.Ordinal) && !metric.Name.EndsWith('±')).ToList();
        Assert.Equal(6, writes.Count);
        foreach (var (name, value) in writes)
        {
            // One write in an operation; intervals are 95 %, and the machine is not alone.
            Assert.InRange(value, 0.8, 1.2);
            Assert.InRange(run["WriteAll", $"{name} ±"], 1e-6, 0.5);
            Assert.Contains(" ± ", run.Cell("WriteAll", $"{name}/op"), StringComparison.Ordinal);
            Assert.Contains($"{name} is an estimate (±): counted ", run.Log, StringComparison.Ordinal);
        }

        // One that all sets have is counted all the time, but for what a busy machine lets go by between two sets.
        if (run.Cell("WriteAll", "task-clock/op").Contains('±', StringComparison.Ordinal))
        {
            Assert.Matches(@"task-clock is an estimate \(±\): counted 99\.\d\s?% of the time", run.Log);
        }
    }

    internal static void AssertNear(double expected, double counted) =>
        Assert.InRange(counted, (expected * 0.99) - 0.05, (expected * 1.01) + 0.05);

    internal static void RequireTracepoints() => Skip.IfNot(
        Directory.Exists("/sys/kernel/tracing/events/syscalls/sys_enter_getppid"),
        "tracefs is not mounted, or not readable. Run: sudo mount -t tracefs -o mode=755 tracefs /sys/kernel/tracing");

    internal static void SkipWithPmu() =>
        Skip.If(Perfmon.Host.HostDescription.Current.Pmus.CorePmus.Count > 0, "this machine has a hardware PMU: what is missing without one cannot be shown");

    // The same work, counted by a session around it.
    internal static Dictionary<string, double> Direct(string name)
    {
        var result = RunResult.Run("dotnet", Path.Join(AppContext.BaseDirectory, "Perfmon.BenchmarkProgram.dll"), "direct", name, "1024").Succeeded();
        return result.Output.Trim().Split('\n').Select(line => line.Split(' ')).ToDictionary(
            words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
