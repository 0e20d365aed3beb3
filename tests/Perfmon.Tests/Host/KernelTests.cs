using Perfmon.Host;

namespace Perfmon.Tests.Host;

/// <summary>The kernel's settings, limits, version and CPUs.</summary>
public sealed class KernelTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    public static TheoryData<string, Func<KernelSettings, int?>> Settings => new()
    {
        { "perf_event_paranoid", settings => settings.PerfEventParanoid },
        { "perf_event_mlock_kb", settings => settings.PerfEventMlockKibibytes },
        { "perf_event_max_sample_rate", settings => settings.PerfEventMaxSampleRate },
        { "perf_event_max_stack", settings => settings.PerfEventMaxStack },
        { "perf_cpu_time_max_percent", settings => settings.PerfCpuTimeMaxPercent },
        { "perf_user_access", settings => settings.PerfUserAccess },
        { "kptr_restrict", settings => settings.KptrRestrict },
        { "nmi_watchdog", settings => settings.NmiWatchdog },
        { "yama/ptrace_scope", settings => settings.YamaPtraceScope },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_is_its_file_absent_or_named(string file, Func<KernelSettings, int?> setting)
    {
        Assert.Null(setting(_host.Read().Settings));
        Assert.Equal(-1, setting(_host.File($"proc/sys/kernel/{file}", "-1").Read().Settings));
        var host = _host.File($"proc/sys/kernel/{file}", "1 2").Read();
        Assert.Null(setting(host.Settings));
        var problem = Assert.Single(host.Problems);
        Assert.StartsWith($"{_host.PathOf($"proc/sys/kernel/{file}")}: '1 2' is not a number", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_limits()
    {
        _host.File(
            "proc/self/limits",
            "Limit                     Soft Limit           Hard Limit           Units     \n" +
            "Max open files            1024                 524288               files     \n" +
            "Max locked memory         8388608              unlimited            bytes     ")
            .File("proc/self/fd/0", "").File("proc/self/fd/1", "").File("proc/sys/fs/nr_open", "1073741816");
        var limits = _host.Read().Limits;
        Assert.Equal(new ResourceLimit(1024, 524288), limits.OpenFiles);
        Assert.Equal(new ResourceLimit(8388608, ResourceLimit.Unlimited), limits.LockedMemory);
        Assert.Equal(2, limits.OpenFileCount);
        Assert.Equal(1073741816ul, limits.MaxOpenFiles);
    }

    [Fact]
    public void Limits_that_are_not_there_are_unknown() => Assert.Equal(new ResourceLimits(), _host.Read().Limits);

    [Theory]
    [InlineData("Max open files 1024")]
    [InlineData("Max open files")]
    [InlineData("Max open files many 1024 files")]
    [InlineData("Max open files -1 1024 files")]
    public void A_limit_that_makes_no_sense_is_named(string line)
    {
        var host = _host.File("proc/self/limits", line).Read();
        Assert.Null(host.Limits.OpenFiles);
        Assert.Contains($"proc/self/limits: '{line}'", Assert.Single(host.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6.18.44-fc-v657\n", 6, 18)]
    [InlineData("5.4", 5, 4)]
    [InlineData("4.4.0", 4, 4)]
    [InlineData("7.0-rc1", 7, 0)]
    public void Reads_a_release(string text, int major, int minor)
    {
        Assert.True(KernelRelease.TryParse(text, out var release, out _));
        Assert.Equal(new KernelRelease(major, minor, text.Trim()), release);
    }

    [Theory]
    [InlineData("")]
    [InlineData("6")]
    [InlineData("6.")]
    [InlineData(".6")]
    [InlineData("six.eighteen")]
    [InlineData("-6.1")]
    [InlineData("99999999999.1")]
    public void Refuses_what_is_no_release(string text)
    {
        Assert.False(KernelRelease.TryParse(text, out var release, out var error));
        Assert.Null(release);
        Assert.StartsWith($"'{text}'", error, StringComparison.Ordinal);
        var host = _host.File("proc/sys/kernel/osrelease", text).Read();
        Assert.Equal((0, 0, text), (host.Kernel.Major, host.Kernel.Minor, host.Kernel.Text));
        Assert.Single(host.Problems);
    }

    [Fact]
    public void Releases_compare_by_number()
    {
        var release = new KernelRelease(6, 9, "6.9");
        Assert.True(release.AtLeast(6, 9) && release.AtLeast(6, 8) && release.AtLeast(5, 19));
        Assert.False(release.AtLeast(6, 10) || release.AtLeast(7, 0));
        Assert.False(KernelRelease.Unknown.AtLeast(2, 6));
    }

    [Fact]
    public void Reads_which_cpus_there_are()
    {
        var cpus = _host.File("sys/devices/system/cpu/online", "0-1,3").File("sys/devices/system/cpu/possible", "0-7").Read().Cpus;
        Assert.Equal(new OnlineCpus(CpuList.Of(0, 1, 3), CpuList.Of(0, 1, 2, 3, 4, 5, 6, 7)), cpus);
    }
}
