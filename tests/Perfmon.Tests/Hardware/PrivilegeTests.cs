using System.Globalization;
using Perfmon.Tests.Emulation;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Hardware;

/// <summary>
/// What an ordinary user may count of a PMU at each level of kernel.perf_event_paranoid, on a kernel that knows level 3, and that the
/// advice helps.
/// </summary>
public sealed class PrivilegeTests : IDisposable
{
    private const string Setting = "/proc/sys/kernel/perf_event_paranoid";

    private readonly string _before = File.ReadAllText(Setting);
    private readonly Probe _probe;

    public PrivilegeTests()
    {
        Requires.Command("dotnet");
        _probe = new Probe();
    }

    private static string[] Nobody => [CProgram.Named("as_nobody")];

    public void Dispose()
    {
        File.WriteAllText(Setting, _before);
        _probe?.Dispose();
    }

    [HardwareFact]
    public void At_level_1_threads_are_counted_and_cpus_are_not()
    {
        SetLevel(1);
        Counts("instructions", "instructions", "self");
        Refuses(
            """
            Cannot count instructions on all CPUs.
            perf_event_open: EACCES. kernel.perf_event_paranoid is 1 and whole CPUs were asked for, which needs 0 or less.
            Count a thread or process of yours instead, or allow it:  sudo sysctl kernel.perf_event_paranoid=0
            """,
            "instructions",
            "cpus");

        SetLevel(0);
        Counts("instructions", "instructions", "cpus");
    }

    [HardwareFact]
    public void At_level_2_user_mode_is_counted_and_kernel_mode_is_not()
    {
        SetLevel(2);
        Refuses(
            """
            Cannot count instructions on the calling thread.
            perf_event_open: EACCES. kernel.perf_event_paranoid is 2 and kernel mode was requested, which needs 1 or less.
            Count user mode only (:u), or allow it:  sudo sysctl kernel.perf_event_paranoid=1
            """,
            "instructions",
            "self");
        Counts("instructions:u", "--when-permitted", "instructions", "self");
    }

    [HardwareFact]
    public void At_level_3_nothing_is_counted()
    {
        SetLevel(3);
        Refuses(
            """
            Cannot count instructions:u on the calling thread.
            perf_event_open: EACCES. kernel.perf_event_paranoid is 3 and this kernel lets nobody without CAP_PERFMON count at that level.
            Allow it:  sudo sysctl kernel.perf_event_paranoid=2   or run with CAP_PERFMON.
            """,
            "instructions:u",
            "self");

        SetLevel(2);
        Counts("instructions:u", "instructions:u", "self");
    }

    private static void SetLevel(int level) => File.WriteAllText(Setting, level.ToString(CultureInfo.InvariantCulture));

    private void Counts(string name, params string[] arguments)
    {
        var result = _probe.Run(Nobody, arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.InRange(Probe.Value(result, name), 1000UL, 100_000_000_000UL);
    }

    private void Refuses(string message, params string[] arguments)
    {
        var result = _probe.Run(Nobody, arguments);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal($"refused NotPermitted 13\n{message}\nleft 0\n", result.Output);
    }
}
