using System.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Sets;
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
        var kernel = LinuxKernel.Instance;
        using var session = new SessionEngine(
            kernel, HostDescription.Current, new RegisterMap(), SessionKinds.Any, SessionOptions.Default, new SetSwitcher(kernel, new RoundRobin(), beforeOthers: true, tellsTime: false));
        var events = EventParser.ParseOrThrow("page-faults", HostDescription.Current);
        for (ushort set = 0; set < 2; set++)
        {
            session.CreateSet(set, new SetSwitching(SwitchCause.Time, turn));
            using var program = EventProgram.Write(session, kernel, events, set);
        }

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
        var turns = (timeLater - time) / turn;
        Assert.InRange(switchesLater - switches, turns / 2, turns + 1);
    }

    private static (ulong Switches, ulong Time) Now(SessionEngine session) =>
        (session.Switching.Switches, session.Statistics(0).ActiveTime + session.Statistics(1).ActiveTime);
}
