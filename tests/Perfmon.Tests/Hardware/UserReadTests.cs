using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Xunit.Abstractions;

namespace Perfmon.Tests.Hardware;

/// <summary>Counters read by the CPU's own instruction: they say what the kernel says.</summary>
public sealed class UserReadTests(ITestOutputHelper output)
{
    private const string Setting = "/proc/sys/kernel/perf_user_access";

    private static readonly SessionOptions s_options = new() { UserSpaceReads = UserSpaceReads.WhenPossible, Scheduling = Scheduling.Together };

    [HardwareFact(Machine.Max)]
    public void Read_as_the_kernel_reads() => ReadBothWays();

    [HardwareFact(Machine.NeoverseN1)]
    public void Read_as_the_kernel_reads_on_counters_of_32_bits() => ReadBothWays();

    private void ReadBothWays()
    {
        File.WriteAllText(Setting, "1");
        using var session = MonitoringSession.Create("instructions:u,cycles:u", s_options);
        session.Attach(Target.CallingThread);
        session.Start();
        var counts = new Count[2];
        session.Read(counts);
        output.WriteLine($"{UserReadLibrary.IsAvailable} {counts[0]} {counts[0].Path} {counts[1]} {counts[0].TimeEnabled} {counts[0].TimeRunning}");
        session.Read(counts);
        output.WriteLine($"{UserReadLibrary.IsAvailable} {counts[0]} {counts[0].Path} {counts[1]} {counts[0].TimeEnabled} {counts[0].TimeRunning}");
        Assert.Equal(ReadPath.UserSpace, counts[0].Path);
    }
}
