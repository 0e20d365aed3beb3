using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>What an ordinary user may lock for rings, and what he may sample, on the running kernel: the advice is right.</summary>
[Collection(OneAtATime.Name)]
public sealed class SamplingLimitTests : IDisposable
{
    private const string Clock = "task-clock:u";

    private readonly Probe _probe = new();

    public void Dispose() => _probe.Dispose();

    /// <summary>The size that the refusal names is allowed, and twice as much is not.</summary>
    [SkippableFact]
    public void Rings_that_may_not_be_locked_are_refused_with_the_size_that_may()
    {
        var refused = Sample("524288", Clock);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("refused LimitReached 1\n", refused.Output, StringComparison.Ordinal);
        Assert.Contains("sudo sysctl kernel.perf_event_mlock_kb=", refused.Output, StringComparison.Ordinal);
        var named = Regex.Match(refused.Output, "Ask for rings of ([0-9]+) KiB");
        Assert.True(named.Success, refused.Output);
        var allowed = int.Parse(named.Groups[1].Value, CultureInfo.InvariantCulture);

        Assert.Equal(0, Sample($"{allowed}", Clock).ExitCode);
        Assert.Equal(3, Sample($"{2 * allowed}", Clock).ExitCode);

        var smaller = Sample("524288+", Clock);
        Assert.Equal(0, smaller.ExitCode);
        Assert.Contains($"The rings have {allowed} KiB each in place of 524288 KiB", smaller.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_user_samples_a_command_of_his_own_in_user_mode()
    {
        var sampled = Sample("64", "--when-permitted", "task-clock:period=100000");
        Assert.Equal((0, ""), (sampled.ExitCode, sampled.Error));
        var samples = Regex.Match(sampled.Output, ":u: ([0-9,]+) samples\n");
        Assert.True(samples.Success, sampled.Output);
        Assert.InRange(int.Parse(samples.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture), 1, 100_000);
    }

    [SkippableFact]
    public void Too_few_descriptors_are_told_with_the_numbers_that_matter()
    {
        Requires.Command("prlimit");
        Requires.CCompiler();
        var refused = _probe.Run(["prlimit", "--nofile=100:100"], "sample", "64", string.Join(',', Enumerable.Repeat("page-faults", 200)), "command", "true");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("refused LimitReached 24", refused.Output, StringComparison.Ordinal);
        Assert.Contains($"{201 * Perfmon.Host.HostDescription.Current.Cpus.Online.Count} are needed and 100 allowed", refused.Output, StringComparison.Ordinal);
    }

    private RunResult Sample(string rings, params string[] words)
    {
        Requires.Root();
        Requires.Command("setpriv");
        Requires.CCompiler();
        string[] options = words is ["--when-permitted", ..] ? ["--when-permitted"] : [];
        return _probe.Run(Probe.Nobody, [.. options, "sample", rings, words[^1], "command", CProgram.Named("spin"), "20"]);
    }
}
