using Perfmon.Host;
using Perfmon.Kvm;
using Perfmon.Kvm.Arm;
using Perfmon.Kvm.Filters;
using Perfmon.Session;
using Perfmon.Tests.Emulation;
using Xunit.Abstractions;

namespace Perfmon.Tests.Hardware;

/// <summary>What a nested guest's PMU counts, and what is counted of the guest from outside.</summary>
public sealed class KvmGuestCounterTests(ITestOutputHelper output)
{
    private const ushort Instructions = 0x08;
    private const ushort CpuCycles = 0x11;
    private const ulong Rounds = 65536;

    // The emulation's cycles for one instruction, and the instructions of a round.
    private const ulong CyclesPerInstruction = 2;
    private const ulong PerRound = 2;

    [HardwareFact(Machine.WithKvm)]
    public void Probe_run()
    {
        foreach (var setup in new[] { new ArmPmuSetup(), Filtered(FilterAction.Deny, CpuCycles), Filtered(FilterAction.Allow, Instructions) })
        {
            using var guest = new KvmNestedGuest(setup);
            for (var i = 0; i < 2; i++)
            {
                output.WriteLine($"{guest.Count(Instructions, Rounds)} {guest.Count(Instructions, 2 * Rounds)} {guest.Count(CpuCycles, Rounds)}");
            }

            output.WriteLine($"{guest.Pmus[0].State} {guest.Pmus[0].State.Machine}");
        }

        using var host = KvmHost.Open();
        output.WriteLine($"{ArmPmuOffer.Ask(host)}");
        foreach (var candidate in ArmPmuBackends.Choose(HostRoots.System, ArmPmuOffer.Ask(host), new()).Candidates)
        {
            output.WriteLine($"{candidate}");
        }

        using var again = new KvmNestedGuest(new());
        using var session = MonitoringSession.Create("{r8,r8:G,r8:H}");
        session.Attach(Target.CallingThread);
        session.Start();
        var counts = again.Count(Instructions, Rounds);
        session.Stop();
        output.WriteLine($"{counts}");
        foreach (var count in session.Read())
        {
            output.WriteLine($"{count}");
        }
    }

    private static ArmPmuSetup Filtered(FilterAction action, ushort number) => new() { Filter = ArmEventFilter.Create([new(action, number, number)]) };
}
