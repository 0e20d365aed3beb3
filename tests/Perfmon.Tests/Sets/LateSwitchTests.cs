using System.Diagnostics;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sets;

/// <summary>What becomes of turns that are over while nobody can switch.</summary>
public sealed class LateSwitchTests
{
    [SkippableFact]
    public void Overflows_that_came_during_a_delay_are_not_taken_for_later_ones()
    {
        Requires.CCompiler();
        const ulong turn = 1_000_000;
        var turns = new Turns();
        using var session = SetEngine.Create(LinuxKernel.Instance, turn, turns, "page-faults", "page-faults");
        using var spin = Process.Start(new ProcessStartInfo(CProgram.Named("spin"), ["5000"]) { RedirectStandardOutput = true })!;
        session.Attach(Target.Thread(spin.Id));
        session.Start();
        Thread.Sleep(20);

        // The lock keeps the switches off for many turns.
        using (session.Hold())
        {
            Thread.Sleep(100);
        }

        var (switches, time) = Now(session);
        Thread.Sleep(200);
        var (switchesLater, timeLater) = Now(session);
        spin.Kill();

        // One was due, and periods are shortened by less than a turn in all after the delay.
        var passed = (timeLater - time) / turn;
        Assert.InRange(switchesLater - switches, passed / 2, passed + 2);
        Assert.True(turns.Longest >= 10 * turn, $"{turns.Longest} ns");
        AssertNoneIsCutShort(turns, turn);
    }

    [SkippableFact]
    public void An_overflow_while_the_next_period_is_being_set_is_not_its_end()
    {
        Requires.CCompiler();
        const ulong turn = 4_000_000;
        var turns = new Turns();
        var kernel = ScriptedKernel.OnLinux();
        using var session = SetEngine.Create(kernel, turn, turns, "page-faults", "page-faults");
        using var spin = Process.Start(new ProcessStartInfo(CProgram.Named("spin"), ["5000"]) { RedirectStandardOutput = true })!;
        session.Attach(Target.Thread(spin.Id));
        session.Start();
        kernel.PauseBeforePeriod = TimeSpan.FromMilliseconds(1);

        // The former period goes on until then. Where in it a switch comes that is late is as it happens.
        for (var i = 0; i < 2000 && Now(session).Switches < 40; i++)
        {
            Thread.Sleep(5);
            using (session.Hold())
            {
                Thread.Sleep(5 + (i % 4));
            }
        }

        _ = Now(session);
        spin.Kill();
        Assert.True(turns.Counts.Count > 20, $"{turns.Counts.Count} turns");
        AssertNoneIsCutShort(turns, turn);
    }

    [SkippableFact]
    public void A_turn_that_an_overflow_has_ended_is_told_as_it_was_though_nobody_has_switched_yet()
    {
        Counting.Needs();
        var turns = new Turns();
        using var session = SetEngine.CreateOfOverflows(LinuxKernel.Instance, 300, turns, Counting.Getppid, sets: 2);
        using var program = RunningProgram.Start("getppid_batches");
        session.Attach(Target.Thread(program.Pid));
        session.Start();
        void Call(int times)
        {
            program.Go($"{times}");
            Assert.Equal($"done {times}", program.ReadLine());
        }

        // The lock keeps the switch off.
        using (session.Hold())
        {
            Call(1000);
            _ = session.CutSlice();
            Assert.Equal([300UL], turns.Counts);
            Call(1000);
            session.Stop(toleratesEnd: false);
            Assert.Equal([300UL, 300], turns.Counts);
        }

        // Both go on from there.
        Assert.Equal(2UL, session.Switching.Switches);
        session.Start();
        Call(200);
        using (session.Hold())
        {
            Call(200);
            _ = session.CutSlice();
            Call(50);
            program.End();
            Assert.True(session.HasEnded);
        }

        Assert.Equal([300UL, 300, 300, 50], turns.Counts);
    }

    // A period is shortened by what turns were longer than theirs, by a quarter at most.
    private static void AssertNoneIsCutShort(Turns turns, ulong turn) => Assert.True(turns.Shortest >= turn * 3 / 4, $"{turns.Shortest} ns");

    // At one moment: no set gives way meanwhile.
    private static (ulong Switches, ulong Time) Now(SessionEngine session)
    {
        using var held = session.Hold();
        return (session.Switching.Switches, session.Statistics(0).ActiveTime + session.Statistics(1).ActiveTime);
    }

    private sealed class Turns : ISliceSink
    {
        public ulong Shortest { get; private set; } = ulong.MaxValue;

        public ulong Longest { get; private set; }

        /// <summary>What each counted of its first event.</summary>
        public List<ulong> Counts { get; } = [];

        public void Add(in SliceCut slice)
        {
            Counts.Add(slice.Counts[0].Raw);
            Shortest = Math.Min(Shortest, slice.Duration);
            Longest = Math.Max(Longest, slice.Duration);
        }
    }
}
