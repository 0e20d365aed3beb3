using Perfmon.Sampling;
using Perfmon.Sampling.Formats;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Perfmon.Tests.Support;
using Xunit.Abstractions;

namespace Perfmon.Tests.Hardware;

/// <summary>Overflows of a PMU's counters: samples by cycles, freezing and restarts on its interrupts.</summary>
public sealed class OverflowTests(ITestOutputHelper output)
{
    // The cycles of user mode, once by number and once by the PMU's name: one overflows, the other only counts. Each instruction takes two.
    private const string Cycles = "r11:u";
    private const string AllCycles = "armv8_pmuv3/event=0x11/u";
    private const string Instructions = "r8:u";

    [HardwareFact]
    public void There_is_a_sample_every_so_many_cycles()
    {
        foreach (var (period, loops) in ((ulong, int)[])[(100_000, 2_000_000), (1_000_000, 20_000_000), (10_000_000, 50_000_000)])
        {
            var samples = new HistogramFormat<int>(static (in sample) => sample.ThreadId);
            using var session = OverflowSession.Create([new(Cycles) { Period = period }, new(AllCycles)], samples);
            using var program = RunningProgram.Start("fixed_loop", $"{loops}");
            session.Attach(Target.Thread(program.Pid));
            session.Start();
            program.Go();
            Assert.Equal(0, program.End());
            WaitForEnd(session);
            var cycles = session.Count(AllCycles);
            output.WriteLine($"{cycles} cycles, period {period}: {samples.Counts[0].Value} samples, {cycles / period} expected; {session.Overflows}");
            Assert.Equal([KeyValuePair.Create(program.Pid, cycles / period)], samples.Counts);
            Assert.Equal(cycles % period, session.Count(Cycles));
            Assert.True(cycles > 10 * period, $"{cycles}");
        }
    }

    [HardwareFact]
    public void An_interrupt_freezes_all_counters_until_a_restart()
    {
        const ulong period = 5_000_000;
        using var session = OverflowSession.Create([new(Cycles) { Period = period, PeriodAfterRestart = period / 2, Notifies = true }, new(Instructions), new(AllCycles)]);
        using var program = RunningProgram.Start("fixed_loop", "100000000");
        session.Attach(Target.Thread(program.Pid));
        session.Start();
        program.Go();
        ulong before = 0;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, Polling.Input((int)session.MessageDescriptor.DangerousGetHandle(), 60_000));
            Assert.True(session.TryReadMessage(out var message));
            Assert.Equal((SessionMessageKind.Overflow, SessionState.Masked), (message.Kind, session.State));
            var (cycles, instructions) = (session.Count(AllCycles), session.Count(Instructions));
            Thread.Sleep(20);

            // The program has gone on; the counters stand where they were some cycles after the overflow.
            Assert.Equal((cycles, instructions), (session.Count(AllCycles), session.Count(Instructions)));
            Assert.Equal(cycles, instructions * 2);
            var late = cycles - before - (i == 0 ? period : period / 2);
            output.WriteLine($"{cycles} cycles, {late} beyond the overflow");
            Assert.InRange(late, 0UL, 50_000UL);
            before = cycles;
            session.Restart();
        }

        Assert.Equal((10UL, 10UL), (session.Overflows.Overflows, session.Overflows.Maskings));
    }

    [HardwareFact]
    public void Random_periods_of_cycles_end_on_time()
    {
        var format = new Periods();
        using var session = OverflowSession.Create([new(Cycles) { Period = 500_000, RandomMask = 0x3ffff, Sampled = [AllCycles] }, new(AllCycles)], format);
        using var program = RunningProgram.Start("fixed_loop", "50000000");
        session.Attach(Target.Thread(program.Pid));
        session.Start();
        program.Go();
        Assert.Equal(0, program.End());
        WaitForEnd(session);
        var late = format.All.Zip(format.All.Skip(1), (first, second) => second.Cycles - first.Cycles - second.Period).ToList();
        output.WriteLine($"{late.Count} periods, longer by {late.Min()} to {late.Max()} cycles; {session.Overflows}");
        Assert.InRange(late.Count, 50, 1000);

        // Those that ended late are counted: the first, while the code that tells the kernel of them is compiled.
        Assert.InRange(late.Count(cycles => cycles > 50_000), 0, (int)session.Overflows.LatePeriods);
        Assert.InRange((double)session.Overflows.LatePeriods, 0, late.Count * 0.25);
        Assert.True(format.All.Skip(1).Select(one => one.Period).Distinct().Count() > late.Count / 2);
    }

    private static void WaitForEnd(OverflowSession session)
    {
        for (var waited = 0; !session.HasTargetEnded && waited < 10_000; waited++)
        {
            Thread.Sleep(1);
        }

        Assert.True(session.HasTargetEnded);
    }

    private sealed class Periods : ISamplingFormat
    {
        public List<(ulong Period, ulong Cycles)> All { get; } = [];

        public int WakeupEvents => 1;

        public OverflowActions Handle(in OverflowSample sample)
        {
            All.Add((unchecked(0 - sample.LastReset), sample.Values[0]));
            return OverflowActions.Reset;
        }

        public void Restart()
        {
            // It never asks for one.
        }
    }
}
