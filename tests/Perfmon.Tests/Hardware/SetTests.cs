using Perfmon.Native;
using Perfmon.Tests.Emulation;
using Perfmon.V3;

namespace Perfmon.Tests.Hardware;

/// <summary>Event sets on a PMU: more events than counters, each set with all of them while it is active.</summary>
public sealed class SetTests
{
    private const ulong ExcludeKernel = 1UL << 31;
    private const ulong Instructions = 0x08 | ExcludeKernel;
    private const ushort CycleCounter = 31;
    private const int Sets = 2;

    private static readonly ushort[] s_counters = [0, 1, 2, 3, 4, 5, CycleCounter];

    [HardwareFact]
    public void Two_sets_of_seven_counters_take_turns()
    {
        const ulong slice = 1_000_000;
        var session = Pfm.CreateSession(PfmSessionFlags.None, out _).OrThrow();
        try
        {
            for (ushort set = 0; set < Sets; set++)
            {
                var id = set;
                Pfm.ControlSets(session, PfmSetControl.Create, [new PfargSetDesc { Id = id, Flags = PfmSetFlags.TimeSwitch, Timeout = slice }]).OrThrow();
                Pfm.WritePmrs(
                    session, PfmRegisterType.Pmc, [.. s_counters.Select(number => new PfargPmr { Set = id, Number = number, Value = number == CycleCounter ? ExcludeKernel : Instructions })]).OrThrow();
                Pfm.WritePmrs(session, PfmRegisterType.Pmd, [.. s_counters.Select(number => new PfargPmr { Set = id, Number = number })]).OrThrow();
            }

            Pfm.ControlSession(session, PfmControl.Attach, LinuxKernel.Instance.CurrentThread).OrThrow();
            Pfm.ControlSession(session, PfmControl.Start).OrThrow();
            _ = FixedLoopTests.Work(5_000_000);
            Pfm.ControlSession(session, PfmControl.Stop).OrThrow();

            for (ushort set = 0; set < Sets; set++)
            {
                var id = set;
                PfargPmr[] values = [.. s_counters.Select(number => new PfargPmr { Set = id, Number = number })];
                Pfm.ReadPmrs(session, values).OrThrow();
                Assert.All(values[..^1], value => Assert.Equal(values[0].Value, value.Value));
                Assert.Equal(values[0].Value * 2, values[^1].Value);

                PfargSetInfo[] information = [new() { Id = id }];
                Pfm.ReadSets(session, information).OrThrow();
                Assert.InRange(information[0].Runs, 5UL, 1000UL);

                // One instruction takes 2 ns, and the loop is nearly all there is.
                Assert.InRange(values[0].Value * 2, information[0].Duration * 0.8, information[0].Duration);
            }
        }
        finally
        {
            Pfm.Close(session);
        }
    }
}
