using System.Globalization;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>What an ordinary user may count at each level of kernel.perf_event_paranoid, and the advice where he may not.</summary>
[Collection(OneAtATime.Name)]
public sealed class PrivilegeTests : IDisposable
{
    private const string Setting = "/proc/sys/kernel/perf_event_paranoid";

    private readonly Probe _probe = new();
    private readonly string _before = File.ReadAllText(Setting);
    private bool _changed;

    public void Dispose()
    {
        if (_changed)
        {
            File.WriteAllText(Setting, _before);
        }

        _probe.Dispose();
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(3)]
    public void Kernel_mode_is_refused_and_user_mode_counts(int level)
    {
        SetLevel(level);
        var refused = _probe.Run(Probe.Nobody, "page-faults", "self");
        Refused(refused, $"kernel.perf_event_paranoid is {level} and kernel mode was requested, which needs 1 or less.", "kernel.perf_event_paranoid=1");
        Assert.Contains("Count user mode only (:u)", refused.Output, StringComparison.Ordinal);

        var counted = _probe.Run(Probe.Nobody, "page-faults:u", "self");
        Assert.Equal(0, counted.ExitCode);
        Assert.InRange(Probe.Value(counted, "page-faults:u"), 100UL, 1000UL);
    }

    /// <summary>The advice is right: what it names works.</summary>
    [SkippableTheory]
    [InlineData(1, "page-faults", "self")]
    [InlineData(0, "page-faults", "cpus")]
    [InlineData(-1, "page-faults", "cpus")]
    public void The_level_that_the_advice_names_allows_it(int level, string events, string target)
    {
        SetLevel(level);
        var counted = _probe.Run(Probe.Nobody, events, target);
        Assert.Equal((0, ""), (counted.ExitCode, counted.Error));
        Assert.InRange(Probe.Value(counted, events), 1UL, 10_000_000UL);
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whole_cpus_are_refused(int level)
    {
        SetLevel(level);
        Refused(
            _probe.Run(Probe.Nobody, "page-faults:u", "cpus"),
            $"kernel.perf_event_paranoid is {level} and whole CPUs were asked for, which needs 0 or less.",
            "Count a thread or process of yours instead, or allow it:  sudo sysctl kernel.perf_event_paranoid=0");
    }

    [SkippableTheory]
    [InlineData("thread", 2)]
    [InlineData("process", 2)]
    [InlineData("process", 3)]
    public void Another_users_process_is_refused(string kind, int level)
    {
        SetLevel(level);
        using var sleeper = RunningProgram.Start("sleeper");
        var refused = _probe.Run(Probe.Nobody, "page-faults:u", kind, $"{sleeper.Pid}");
        Refused(refused, "he target belongs to another user, or may not be traced", "Run as the target's user");
        Assert.Contains($"Cannot count page-faults:u on {kind} {sleeper.Pid}.", refused.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(3)]
    public void When_permitted_falls_back_to_user_mode_and_says_so(int level)
    {
        SetLevel(level);
        var counted = _probe.Run(Probe.Nobody, "--when-permitted", "page-faults,task-clock", "self");
        Assert.Equal(0, counted.ExitCode);
        Assert.InRange(Probe.Value(counted, "page-faults:u"), 100UL, 1000UL);
        Assert.InRange(Probe.Value(counted, "task-clock:u"), 1UL, 10_000_000_000UL);
    }

    [SkippableFact]
    public void When_permitted_keeps_kernel_mode_where_it_is_allowed()
    {
        SetLevel(1);
        var counted = _probe.Run(Probe.Nobody, "--when-permitted", "page-faults", "self");
        Assert.InRange(Probe.Value(counted, "page-faults"), 100UL, 1000UL);
    }

    [SkippableFact]
    public void A_command_of_ones_own_is_counted()
    {
        SetLevel(2);
        var counted = _probe.Run(Probe.Nobody, "page-faults:u", "command", "true");
        Assert.Equal(0, counted.ExitCode);
        Assert.Contains("End", counted.Output, StringComparison.Ordinal);
        Assert.InRange(Probe.Value(counted, "page-faults:u"), 1UL, 10_000UL);
    }

    /// <summary>Every thread of a process wants a descriptor; the limit is real, and so are the numbers in the advice.</summary>
    [SkippableFact]
    public void Too_few_descriptors_are_told_with_the_numbers_that_matter()
    {
        Requires.Command("prlimit");
        using var many = RunningProgram.Start("thread_churn", "150", "1", "1", "1");
        const int limit = 120;
        var refused = _probe.Run(["prlimit", $"--nofile={limit}:{limit}"], "page-faults,context-switches", "process", $"{many.Pid}");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("refused LimitReached 24", refused.Output, StringComparison.Ordinal);
        Assert.Contains($"302 are needed and {limit} allowed, ", refused.Output, StringComparison.Ordinal);
        Assert.Contains("sudo prlimit --pid $$ --nofile=1024", refused.Output, StringComparison.Ordinal);
        many.Go();
    }

    private static void Refused(RunResult result, string why, string cure)
    {
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("refused NotPermitted ", result.Output, StringComparison.Ordinal);
        Assert.Contains(why, result.Output, StringComparison.Ordinal);
        Assert.Contains(cure, result.Output, StringComparison.Ordinal);
    }

    private void SetLevel(int level)
    {
        Requires.Root();
        Requires.CCompiler();
        Requires.Command("setpriv");
        _changed = true;
        File.WriteAllText(Setting, level.ToString(CultureInfo.InvariantCulture));
    }
}
