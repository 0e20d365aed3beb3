using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.V3;
using static Perfmon.Tests.V3.OverflowFixture;

namespace Perfmon.Tests.V3;

/// <summary>Overflows that notify and mask, restarts and resets, on a real tracepoint of a program that goes on meanwhile.</summary>
public sealed class PfmNotificationTests
{
    private const PfmRegisterFlags Notify = PfmRegisterFlags.OverflowNotify;

    [SkippableFact]
    public void A_notification_freezes_the_values_of_the_overflow()
    {
        using var fixture = new OverflowFixture();
        fixture.Write(Every(1000, flags: Notify) with { LongReset = unchecked(0UL - 400) });
        fixture.Write(Exits, 5);
        fixture.Start();
        fixture.Call(999);
        Assert.False(fixture.IsReadable());
        Assert.Equal(ulong.MaxValue, fixture.Read(Calls));

        // The program runs on for a million calls; the values stay those of the thousandth.
        fixture.Call(1_000_000);
        var message = fixture.Message();
        Assert.Equal((1U, (uint)fixture.Program.Pid, (uint)fixture.Program.Pid, (ushort)0), (message.Type, message.OverflowPid, message.OverflowTid, message.ActiveSet));
        Assert.Equal(RegisterMask.Of(Calls), message.OverflowPmds);
        Assert.NotEqual(0UL, message.OverflowIp);
        Assert.Equal(SessionState.Masked, Pfm.State(fixture.Session));
        Assert.Equal((0UL, 5 + 999UL), (fixture.Read(Calls), fixture.Read(Exits)));
        Assert.Equal(11, Pfm.ReadMessage(fixture.Session, out _).Errno);
        Assert.Equal(RegisterMask.Of(Calls), fixture.Info().OverflowPmds);

        fixture.Control(PfmControl.Restart);
        Assert.Equal(SessionState.Loaded, Pfm.State(fixture.Session));
        var restarted = fixture.ReadFull(Calls);
        Assert.Equal((unchecked(0UL - 400), unchecked(0UL - 400)), (restarted.Value, restarted.LastValue));
        fixture.Call(399);
        Assert.False(fixture.IsReadable());
        fixture.Call(1);
        Assert.Equal(1U, fixture.Message().Type);

        // PMDs outside reset_pmds are untouched.
        Assert.Equal((0UL, 5 + 999 + 399UL), (fixture.Read(Calls), fixture.Read(Exits)));
        Assert.Equal(2UL, Pfm.Overflows(fixture.Session)!.Value.Maskings);
    }

    [SkippableFact]
    public void A_restart_needs_a_notification()
    {
        using var fixture = new OverflowFixture();
        fixture.Write(Every(10, flags: Notify));
        Assert.Equal(16, Pfm.ControlSession(fixture.Session, PfmControl.Restart).Errno);
        fixture.Start();
        Assert.Equal(16, Pfm.ControlSession(fixture.Session, PfmControl.Restart).Errno);
        fixture.Call(10);
        fixture.Control(PfmControl.Restart);
        Assert.Equal(16, Pfm.ControlSession(fixture.Session, PfmControl.Restart).Errno);
    }

    [SkippableFact]
    public void Masked_counters_stay_masked_over_stop_and_start()
    {
        using var fixture = new OverflowFixture();
        fixture.Write(Every(10, flags: Notify));
        fixture.Write(Exits);
        fixture.Start();
        fixture.Call(15);
        Assert.Equal(SessionState.Masked, Pfm.State(fixture.Session));
        fixture.Control(PfmControl.Stop);
        fixture.Control(PfmControl.Start);
        fixture.Call(100);
        Assert.Equal((0UL, 9UL), (fixture.Read(Calls), fixture.Read(Exits)));

        // A restart while stopped unmasks, and counting goes on at the start.
        fixture.Control(PfmControl.Stop);
        fixture.Control(PfmControl.Restart);
        fixture.Call(100);
        Assert.Equal(9UL, fixture.Read(Exits));
        fixture.Control(PfmControl.Start);
        fixture.Call(7);
        Assert.Equal((unchecked(0UL - 3), 16UL), (fixture.Read(Calls), fixture.Read(Exits)));
    }

    [SkippableFact]
    public void A_pmd_that_is_written_while_masked_keeps_what_was_written()
    {
        using var fixture = new OverflowFixture();
        fixture.Write(Every(10, flags: Notify));
        fixture.Start();
        fixture.Call(10);
        _ = fixture.Message();
        fixture.Write(Calls, unchecked(0UL - 77));
        fixture.Control(PfmControl.Restart);
        fixture.Call(76);
        Assert.Equal(ulong.MaxValue, fixture.Read(Calls));
        Assert.False(fixture.IsReadable());
        fixture.Call(1);
        Assert.Equal(1U, fixture.Message().Type);
    }

    [SkippableFact]
    public void An_overflow_without_notification_resets_and_goes_on()
    {
        using var fixture = new OverflowFixture();
        fixture.Write(Every(100) with { ResetPmds = RegisterMask.Of(Exits) });
        fixture.Write(Exits);
        fixture.Start();
        fixture.Call(100_050);

        // The exit of the call that overflowed comes after the reset.
        Assert.Equal((unchecked(0UL - 50), 51UL), (fixture.Read(Calls), fixture.Read(Exits)));
        Assert.Equal(SessionState.Loaded, Pfm.State(fixture.Session));
        var overflows = Pfm.Overflows(fixture.Session)!.Value;
        Assert.Equal((1000UL, 0UL, 0UL, 0UL), (overflows.Overflows, overflows.Maskings, overflows.Lost, overflows.LatePeriods));
        Assert.False(fixture.IsReadable());
    }

    [SkippableFact]
    public void Pmds_that_overflow_together_are_in_one_message()
    {
        using var fixture = new OverflowFixture();
        fixture.Select(258, Support.Counting.Getppid);
        fixture.Write(Every(50, flags: Notify));
        fixture.Write(Every(50, pmd: 258, flags: Notify));
        fixture.Start();
        fixture.Call(60);
        Assert.Equal(Mask(Calls, 258), fixture.Message().OverflowPmds);
        Assert.False(fixture.IsReadable());
        Assert.Equal((0UL, 0UL), (fixture.Read(Calls), fixture.Read(258)));
        fixture.Control(PfmControl.Restart);
        fixture.Call(60);
        Assert.Equal(Mask(Calls, 258), fixture.Message().OverflowPmds);
    }

    [SkippableFact]
    public void Without_messages_there_is_a_wake_up_only()
    {
        using var fixture = new OverflowFixture(PfmSessionFlags.OverflowNoMessage);
        fixture.Write(Every(50, flags: Notify));
        fixture.Start();
        fixture.Call(60);
        Assert.True(fixture.IsReadable(10_000));
        Assert.Equal(11, Pfm.ReadMessage(fixture.Session, out _).Errno);
        Assert.False(fixture.IsReadable());
        Assert.Equal(SessionState.Masked, Pfm.State(fixture.Session));
        fixture.Control(PfmControl.Restart);
        fixture.Call(50);
        Assert.True(fixture.IsReadable(10_000));
    }

    [SkippableFact]
    public void The_values_of_an_overflow_outlive_its_target()
    {
        using var fixture = new OverflowFixture();
        fixture.Write(Every(50, flags: Notify));
        fixture.Write(Exits);
        fixture.Start();
        fixture.Call(1000);
        Assert.Equal(0, fixture.Program.End());
        Assert.Equal(1U, fixture.Message().Type);
        Assert.Equal(2U, fixture.Message().Type);
        Assert.Equal(SessionState.Unloaded, Pfm.State(fixture.Session));
        Assert.Equal((0UL, 49UL), (fixture.Read(Calls), fixture.Read(Exits)));
    }

    [SkippableFact]
    public void A_switch_waits_for_the_restart()
    {
        using var fixture = new OverflowFixture();
        PfargSetDesc[] sets = [new() { Id = 0, Flags = PfmSetFlags.OverflowSwitch }, new() { Id = 7, Flags = PfmSetFlags.OverflowSwitch }];
        Pfm.ControlSets(fixture.Session, PfmSetControl.Create, sets).OrThrow();
        fixture.Select(Calls, Support.Counting.Getppid, set: 7);
        fixture.Write(Every(10, flags: Notify) with { OverflowSwitchCount = 2 });
        fixture.Write(Calls, 0, set: 7);
        fixture.Start();
        fixture.Call(10);
        Assert.Equal(1U, fixture.Message().Type);
        fixture.Control(PfmControl.Restart);
        fixture.Call(30);
        Assert.Equal((1U, (ushort)0), (fixture.Message() is var message ? message.Type : 0, message.ActiveSet));
        Assert.Equal((1UL, 0UL), (fixture.Info().Runs, fixture.Info(7).Runs));
        fixture.Control(PfmControl.Restart);
        Assert.Equal((1UL, 1UL), (fixture.Info().Runs, fixture.Info(7).Runs));
        fixture.Call(25);
        Assert.Equal((unchecked(0UL - 10), 25UL), (fixture.Read(Calls), fixture.Read(Calls, set: 7)));
    }

    [SkippableFact]
    public void Unknown_flags_and_masks_are_refused()
    {
        using var fixture = new OverflowFixture();
        Assert.Equal(22, Pfm.WritePmrs(fixture.Session, [Every(10) with { Flags = (PfmRegisterFlags)8 }]).Errno);
        Assert.Equal(22, Pfm.WritePmrs(fixture.Session, [Every(10) with { ResetPmds = RegisterMask.Of(200) }]).Errno);
    }
}
