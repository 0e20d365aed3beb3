using System.Runtime.CompilerServices;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Hardware;

/// <summary>What a PMU counts of work that is known to the instruction: the emulated machine's clock is its instruction counter.</summary>
public sealed class FixedLoopTests
{
    /// <summary>The emulation's cycles for one instruction.</summary>
    private const ulong CyclesPerInstruction = 2;

    [HardwareFact]
    public void Instructions_of_a_loop_are_the_same_in_ten_runs()
    {
        using var session = MonitoringSession.Create("{instructions:u,cycles:u}");
        session.Attach(Target.CallingThread);
        _ = Count(session, 1000);
        var counts = Enumerable.Range(0, 10).Select(_ => Count(session, 100_000)).ToList();
        var twice = Count(session, 200_000);

        Assert.All(counts, count => Assert.Equal(counts[0], count));
        Assert.Equal(0UL, (twice.Instructions - counts[0].Instructions) % 100_000);
        Assert.All([twice, .. counts], count => Assert.Equal(count.Instructions * CyclesPerInstruction, count.Cycles));
    }

    /// <summary>The kernel starts a counter of 32 bits so that it overflows after half of them, and carries on what it held.</summary>
    [HardwareFact(Machine.NeoverseN1)]
    public void A_counter_of_32_bits_that_overflows_loses_nothing()
    {
        const ulong more = 1_100_000_000;
        Assert.True(2 * more > int.MaxValue);
        var few = InstructionsOf("1000000");
        var many = InstructionsOf($"{1_000_000 + more}");
        Assert.Equal(few + (2 * more), many);
    }

    private static ulong InstructionsOf(string rounds)
    {
        using var program = RunningProgram.Start("fixed_loop", rounds);
        using var session = MonitoringSession.Create("instructions:u");
        session.Attach(Target.Thread(program.Pid));

        // The program says that it is ready, and then begins to wait.
        Thread.Sleep(100);
        session.Start();
        program.Go();
        Assert.Equal(0, program.End());
        Counting.WaitForEnd(session);
        var count = session.Read()[0].Count;
        Assert.Equal(CountState.Counted, count.State);
        return count.Value;
    }

    private static (ulong Instructions, ulong Cycles) Count(MonitoringSession session, int rounds)
    {
        var before = session.Read();
        session.Start();
        Work(rounds);
        session.Stop();
        var after = session.Read();
        Assert.All(after, count => Assert.Equal(CountState.Counted, count.Count.State));
        return (after[0].Since(before[0]).Count.Value, after[1].Since(before[1]).Count.Value);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static int Work(int rounds)
    {
        var sum = 0;
        for (var i = 0; i < rounds; i++)
        {
            sum ^= i * 31;
        }

        return sum;
    }
}
