using System.Diagnostics;

namespace Perfmon.Bench.Switches;

/// <summary>What happened while a program ran for a while, sets taking turns on it or not.</summary>
/// <param name="Switches">How often a set gave way.</param>
/// <param name="SwitchTime">CPU time of the threads that did it, in nanoseconds.</param>
/// <param name="Work">What the program did.</param>
/// <param name="CpuTime">What it took for that, in nanoseconds of CPU time.</param>
/// <param name="Allocated">Bytes that other threads than the one which measures have allocated.</param>
internal readonly record struct Round(long Switches, long SwitchTime, long Work, long CpuTime, long Allocated)
{
    // A machine that has other things to do gives a round less CPU time.
    private const int Patience = 3;

    /// <summary>CPU time of a switch in microseconds.</summary>
    public double SwitchCost => SwitchTime / 1e3 / Switches;

    /// <summary>
    /// What the program does in a nanosecond of its own CPU time and that of the switches: what it would do in one of a CPU that it has to itself. What else the
    /// machine does is not in it.
    /// </summary>
    public double Speed => (double)Work / (CpuTime + SwitchTime);

    /// <summary>A round of a side; of none, the program goes undisturbed.</summary>
    public static Round Measure(BusyProgram program, Row row, ISwitchingSide? side)
    {
        if (side is null)
        {
            return Measure(program, null, row.UndisturbedLength);
        }

        program.WhilePaused(() => side.Start(program.Threads, row.Turn, row.Strategy));
        WaitFor(program, row.Settling);
        var round = Measure(program, side, row.Length);
        program.WhilePaused(side.Stop);
        return round;
    }

    private static Round Measure(BusyProgram program, ISwitchingSide? side, TimeSpan length)
    {
        var before = Now(program, side);
        WaitFor(program, length);
        var after = Now(program, side);
        return new Round(
            after.Switches - before.Switches, after.SwitchTime - before.SwitchTime, after.Work - before.Work, after.CpuTime - before.CpuTime, after.Allocated - before.Allocated);
    }

    // In the same order before and after: what passes in between is alike.
    private static Round Now(BusyProgram program, ISwitchingSide? side)
    {
        var switches = side?.Switches ?? 0;
        var time = side is null ? 0 : ThreadTime.Read(side.ThreadName);
        var (work, cpuTime) = program.Read();
        return new Round(switches, time, work, cpuTime, GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread());
    }

    private static void WaitFor(BusyProgram program, TimeSpan cpuTime)
    {
        var cpus = Math.Min(program.Threads.Count, Environment.ProcessorCount);
        var until = program.Read().CpuTime + (long)cpuTime.TotalNanoseconds;
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) * cpus < Patience * cpuTime;)
        {
            var left = until - program.Read().CpuTime;
            if (left <= 0)
            {
                return;
            }

            Thread.Sleep(1 + (int)(left / cpus / 1_000_000));
        }
    }
}
