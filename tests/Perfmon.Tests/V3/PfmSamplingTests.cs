using MathNet.Numerics.Distributions;
using Perfmon.Registers;
using Perfmon.Sampling.Formats;
using Perfmon.Session;
using Perfmon.V3;
using static Perfmon.Tests.V3.OverflowFixture;

namespace Perfmon.Tests.V3;

/// <summary>Sampling formats: exact samples of a program that goes at full speed.</summary>
public sealed class PfmSamplingTests
{
    private static byte[] Argument(ulong size) => new PfmDflSmplArg { BufferSize = size }.ToBytes();

    private static OverflowFixture Sampling(ulong size = 32 << 20) => new(PfmSessionFlags.SamplingFormat, DefaultFormat.Name, Argument(size));

    [SkippableTheory]
    [InlineData(1, 50_000)]
    [InlineData(7, 100_000)]
    [InlineData(100, 1_000_000)]
    [InlineData(10_000, 1_000_000)]
    public void There_is_a_sample_every_period_with_the_programs_own_counts(int period, int calls)
    {
        using var fixture = Sampling();
        fixture.Write(Every((ulong)period) with { SampledPmds = RegisterMask.Of(Calls, Exits, 258), ResetPmds = RegisterMask.Of(Exits), SampleEventId = 99 });
        fixture.Select(258, "syscalls:sys_exit_getppid");
        fixture.Write(Exits);
        fixture.Write(258);
        fixture.Start();

        // At full speed, but no more at once than the ring has room for: nothing is lost then, even where a busy machine lets nobody take samples.
        for (var left = calls; left > 0; left -= 5_000 * period)
        {
            fixture.Call(Math.Min(left, 5_000 * period));
            Assert.Equal(SessionState.Loaded, Pfm.State(fixture.Session));
        }

        fixture.Control(PfmControl.Stop);
        var samples = fixture.Entries(values: 3);
        Assert.Equal(calls / period, samples.Count);
        Assert.Equal((ulong)(calls / period), Pfm.Overflows(fixture.Session)!.Value.Overflows);
        for (var i = 0; i < samples.Count; i++)
        {
            // The PMD has wrapped; exits were reset at the last overflow, whose own exit came after that.
            var (entry, values) = samples[i];
            Assert.Equal((unchecked(0 - (ulong)period), Calls), (entry.LastResetValue, entry.OverflowPmd));
            Assert.Equal([0, (ulong)(i == 0 ? period - 1 : period), (ulong)(((i + 1) * period) - 1)], values);
            Assert.Equal(((uint)fixture.Program.Pid, (uint)fixture.Program.Pid), (entry.ThreadId, entry.ProcessId));
            Assert.True(i == 0 || entry.TimeStamp > samples[i - 1].Entry.TimeStamp);
        }

        Assert.Equal((ulong)(calls % period), unchecked(fixture.Read(Calls) + (ulong)period));
    }

    [SkippableFact]
    public void Random_periods_are_uniform_and_end_on_time()
    {
        const ulong period = 64;
        const ulong mask = 0x3f;
        const int calls = 1_000_000;
        using var fixture = Sampling();
        fixture.Write(Every(period) with { Flags = PfmRegisterFlags.Random, RandomMask = mask, SampledPmds = RegisterMask.Of(258) });
        fixture.Select(258, Support.Counting.Getppid);
        fixture.Write(258);
        fixture.Start();
        fixture.Call(calls);
        fixture.Control(PfmControl.Stop);
        var samples = fixture.Entries(values: 1);
        var late = Pfm.Overflows(fixture.Session)!.Value.LatePeriods;

        // The first is what was written; each other grows by 0 to the mask, and ends when the program has come so far, but for those that are counted as late. The witness
        // may see a call more: one in whose middle another CPU stopped the group for the next period, when the one counter had counted it and the other had not.
        Assert.Equal(unchecked(0 - period), samples[0].Entry.LastResetValue);
        var asked = samples.Skip(1).Select(sample => unchecked(0 - sample.Entry.LastResetValue)).ToList();
        var real = samples.Zip(samples.Skip(1), (first, second) => second.Values[0] - first.Values[0]).ToList();
        Assert.All(asked, one => Assert.InRange(one, period, period + mask));
        var others = asked.Zip(real).Index().Where(pair => pair.Item.First != pair.Item.Second).ToList();
        var cut = Math.Max(0, others.Count - (int)late);
        Assert.True(
            cut <= others.Count(pair => pair.Item.Second == pair.Item.First + 1) && cut <= asked.Count / 1000,
            $"{late} late; sample, period asked, real: {string.Join(" ", others)}");
        Assert.InRange((double)late, 0, asked.Count * 0.5);
        Assert.InRange(samples.Count, calls / 128, calls / 64);

        // 64 values: chi-squared of 63 degrees of freedom; one in a million is beyond.
        var expected = asked.Count / 64.0;
        var chiSquared = Enumerable.Range(0, 64).Sum(add => Math.Pow(asked.Count(one => one == period + (ulong)add) - expected, 2) / expected);
        Assert.InRange(chiSquared, ChiSquared.InvCDF(63, 1e-6), ChiSquared.InvCDF(63, 1 - 1e-6));
    }

    [SkippableFact]
    public void A_full_buffer_masks_until_a_restart_begins_it_anew()
    {
        // Room for the largest entry beside three of 48 bytes: full after the fourth.
        using var fixture = Sampling((ulong)DefaultFormat.SmallestBuffer + (3 * 48));
        fixture.Write(Every(10) with { SampledPmds = RegisterMask.Of(Exits) });
        fixture.Write(Exits);
        fixture.Start();
        for (ulong round = 1; round <= 3; round++)
        {
            fixture.Call(1000);
            Assert.Equal(RegisterMask.Of(Calls), fixture.Message().OverflowPmds);
            Assert.Equal(SessionState.Masked, Pfm.State(fixture.Session));
            var samples = fixture.Entries(values: 1);
            Assert.Equal(4, samples.Count);
            Assert.Equal((round * 40) - 1, samples[^1].Values[0]);
            Assert.Equal(round, ((DefaultFormat)Pfm.SamplingFormat(fixture.Session)!).Overflows);
            fixture.Control(PfmControl.Restart);
            Assert.Empty(fixture.Entries(values: 1));

            // Counting goes on behind the program, which has left the call that overflowed.
            Assert.Equal(unchecked(0UL - 10), fixture.Read(Calls));
            fixture.Write(Exits, round * 40);
        }
    }

    [SkippableFact]
    public void What_is_left_in_the_buffer_outlives_the_target_and_the_session()
    {
        var fixture = Sampling();
        fixture.Write(Every(100));
        fixture.Start();
        fixture.Call(12_345);
        Assert.Equal(0, fixture.Program.End());
        Assert.Equal(2U, fixture.Message().Type);
        Assert.Equal(123, fixture.Entries(values: 0).Count);
        var buffer = Pfm.SamplingBuffer(fixture.Session);
        fixture.Dispose();
        Assert.Equal(123, buffer.Span[0]);
        Assert.True(Pfm.SamplingBuffer(fixture.Session).IsEmpty);
    }

    [SkippableFact]
    public void Sets_that_take_turns_are_sampled_each_for_itself()
    {
        using var fixture = Sampling();
        PfargSetDesc[] sets = [new() { Id = 0, Flags = PfmSetFlags.OverflowSwitch }, new() { Id = 3, Flags = PfmSetFlags.OverflowSwitch }];
        Pfm.ControlSets(fixture.Session, PfmSetControl.Create, sets).OrThrow();
        fixture.Select(Calls, Support.Counting.Getppid, set: 3);
        fixture.Write(Every(100) with { OverflowSwitchCount = 3 });
        fixture.Write(Every(50) with { OverflowSwitchCount = 2, Set = 3 });
        fixture.Start();

        // Turns of 300 and 100 events, one call after the other so that nothing falls between two.
        for (var i = 0; i < 10; i++)
        {
            fixture.Call(300);
            Assert.Equal((ulong)i + 1, fixture.Info(3).Runs);
            fixture.Call(100);
            Assert.Equal((ulong)i + 2, fixture.Info().Runs);
        }

        var samples = fixture.Entries(values: 0);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (ushort)(i % 5 < 3 ? 0 : 3)), samples.Select(sample => sample.Entry.Set));
    }

    [SkippableFact]
    public void A_histogram_keeps_no_samples()
    {
        SamplingFormats.Register("by-thread", _ => new HistogramFormat<int>(static (in sample) => sample.ThreadId));
        using var fixture = new OverflowFixture(PfmSessionFlags.SamplingFormat, "by-thread");
        fixture.Write(Every(3));
        fixture.Start();
        fixture.Call(100_000);
        fixture.Control(PfmControl.Stop);
        var histogram = (HistogramFormat<int>)Pfm.SamplingFormat(fixture.Session)!;
        Assert.Equal([KeyValuePair.Create(fixture.Program.Pid, 33_333UL)], histogram.Counts);
    }

    [SkippableFact]
    public void A_format_of_the_users_own_decides()
    {
        var format = new EveryThirdNotifies();
        SamplingFormats.Register("third", _ => format);
        using var fixture = new OverflowFixture(PfmSessionFlags.SamplingFormat, "third");
        fixture.Write(Every(10, flags: PfmRegisterFlags.OverflowNotify) with { SampleEventId = 4711 });
        fixture.Start();
        fixture.Call(95);
        Assert.Equal([1U, 1U, 1U], Enumerable.Range(0, 3).Select(_ => fixture.Message().Type));
        Assert.False(fixture.IsReadable());
        Assert.Equal(SessionState.Loaded, Pfm.State(fixture.Session));
        Assert.Equal((9, 4711UL, true), (format.Overflows, format.EventId, format.Notifies));
        fixture.Control(PfmControl.Restart);
        Assert.Equal(1, format.Restarts);

        // Eight messages fit; what finds the queue full masks, and is told when there is room.
        fixture.Call(10_000);
        Assert.Equal(SessionState.Masked, Pfm.State(fixture.Session));
        for (var i = 0; i < 8; i++)
        {
            _ = fixture.Message();
        }

        Assert.False(fixture.IsReadable());
        fixture.Control(PfmControl.Restart);
        Assert.Equal(SessionState.Loaded, Pfm.State(fixture.Session));
    }

    [SkippableFact]
    public void Formats_are_refused_with_their_reasons()
    {
        Assert.Equal(22, Pfm.CreateSession(PfmSessionFlags.SamplingFormat, out _).Errno);
        Assert.Equal(22, Pfm.CreateSession(PfmSessionFlags.None, out _, "default", Argument(1 << 20)).Errno);
        Assert.Contains("default", Pfm.CreateSession(PfmSessionFlags.SamplingFormat, out _, "nonsense").Error!.Message, StringComparison.Ordinal);
        Assert.Equal(22, Pfm.CreateSession(PfmSessionFlags.SamplingFormat, out _, "default", new byte[63]).Errno);
        Assert.Equal(22, Pfm.CreateSession(PfmSessionFlags.SamplingFormat, out _, "default", Argument(127 + 40 + (8 * 320))).Errno);
        Assert.Equal(12, Pfm.CreateSession(PfmSessionFlags.SamplingFormat, out _, "default", Argument(ulong.MaxValue)).Errno);
        Assert.Throws<Perfmon.Diagnostics.PerfmonException>(() => SamplingFormats.Register("default", _ => null!));
    }

    private sealed class EveryThirdNotifies : ISamplingFormat
    {
        public int Overflows { get; private set; }

        public int Restarts { get; private set; }

        public ulong EventId { get; private set; }

        public bool Notifies { get; private set; }

        public int WakeupEvents => 1;

        public OverflowActions Handle(in OverflowSample sample)
        {
            (EventId, Notifies) = (sample.EventId, sample.Notifies);
            return OverflowActions.Reset | (++Overflows % 3 == 0 ? OverflowActions.Notify : OverflowActions.None);
        }

        public void Restart() => Restarts++;
    }
}
