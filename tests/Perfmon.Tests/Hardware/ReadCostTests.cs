using System.Runtime.CompilerServices;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Xunit.Abstractions;

namespace Perfmon.Tests.Hardware;

/// <summary>What a read costs in instructions, which the emulated machine counts exactly. It has no caches, so this is not time.</summary>
public sealed class ReadCostTests : IDisposable
{
    private const string Setting = "/proc/sys/kernel/perf_user_access";
    private const int Reads = 1000;

    private readonly ITestOutputHelper _output;

    public ReadCostTests(ITestOutputHelper output)
    {
        _output = output;
        File.WriteAllText(Setting, "1");
    }

    public void Dispose() => File.WriteAllText(Setting, "0");

    [HardwareFact]
    public void A_read_from_user_space_makes_no_system_call()
    {
        using var session = Started("r8:k", UserSpaceReads.WhenPossible);
        var values = new ulong[1000];
        var counts = new Count[1];
        foreach (ref var value in values.AsSpan())
        {
            session.Read(counts);
            value = counts[0].Value;
        }

        // The kernel comes in between for its clock, now and then.
        Assert.InRange(values.Distinct().Count(), 1, 10);
        Assert.Equal(ReadPath.UserSpace, counts[0].Path);
    }

    [HardwareFact]
    public void It_takes_fewer_instructions_than_the_kernels()
    {
        foreach (var events in new[] { 1, 6 })
        {
            var names = string.Join(',', Enumerable.Repeat("r8", events));
            var user = InstructionsOfARead(names, UserSpaceReads.WhenPossible);
            var kernel = InstructionsOfARead(names, UserSpaceReads.Never);
            _output.WriteLine($"{events} counters: {user} instructions from user space, {kernel} by the kernel");
            Assert.InRange(user, 20UL, kernel - 1);
        }
    }

    private static MonitoringSession Started(string events, UserSpaceReads reads)
    {
        var session = MonitoringSession.Create(events, new SessionOptions { UserSpaceReads = reads, Scheduling = Scheduling.Together });
        session.Attach(Target.CallingThread);
        session.Start();
        return session;
    }

    // The median of the differences between consecutive reads: all that one takes, in user and kernel mode.
    private static ulong InstructionsOfARead(string events, UserSpaceReads reads)
    {
        using var session = Started(events, reads);
        var values = new ulong[Reads];
        var counts = new Count[session.Events.Count];
        ReadAll(session, counts, values);
        ulong[] differences = [.. values.Zip(values.Skip(1), (one, next) => next - one).Order()];
        return differences[differences.Length / 2];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ReadAll(MonitoringSession session, Count[] counts, ulong[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            session.Read(counts);
            values[i] = counts[0].Value;
        }
    }
}
