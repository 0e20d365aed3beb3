using Perfmon.Native;
using Perfmon.Tests.Emulation;
using Perfmon.V3;

namespace Perfmon.Tests.Hardware;

/// <summary>perfmon's registers on the PMU that they are named after: PMEVTYPER and PMEVCNTR, PMCCFILTR and PMCCNTR.</summary>
public sealed class RegisterVectorTests
{
    // PMEVTYPERn: the event, and P, which leaves EL1 out. EL2 is left out as long as NSH is clear.
    private const ulong Instructions = 0x08 | ExcludeKernel;
    private const ulong ExcludeKernel = 1UL << 31;
    private const ushort CycleCounter = 31;

    [HardwareFact(Machine.Max)]
    public void A_vector_programs_all_counters_and_reads_them_at_one_instant() => CountWithAll();

    [HardwareFact(Machine.NeoverseN1)]
    public void A_vector_programs_all_counters_of_32_bits() => CountWithAll();

    [HardwareFact(Machine.NeoverseN1)]
    public void A_pmd_counts_on_past_the_counters_width()
    {
        using var session = new Registers();
        session.Program((0, Instructions), (1, Instructions));
        const ulong nearlyFull = (1UL << 32) - 100;
        Pfm.WritePmrs(session.Descriptor, PfmRegisterType.Pmd, [new PfargPmr { Number = 0, Value = nearlyFull }]).OrThrow();
        session.Count(10_000);
        var values = session.Read(0, 1);
        Assert.Equal(nearlyFull + values[1], values[0]);
        Assert.True(values[1] > 10_000);
    }

    /// <summary>Counters are the kernel's to give: a PMD is not tied to the hardware counter of its number.</summary>
    [HardwareFact]
    public void Levels_are_left_out_as_the_registers_say()
    {
        using var session = new Registers();
        const ulong excludeUser = 1UL << 30;
        session.Program((0, 0x08), (1, Instructions), (2, 0x08 | excludeUser));
        session.Count(10_000);
        var values = session.Read(0, 1, 2);
        Assert.Equal(values[0], values[1] + values[2]);
        Assert.True(values[1] > 10_000 && values[2] > 100, string.Join(", ", values));
    }

    private static void CountWithAll()
    {
        using var session = new Registers();
        ushort[] numbers = [0, 1, 2, 3, 4, 5, CycleCounter];
        session.Program([.. numbers.Select(number => (number, number == CycleCounter ? ExcludeKernel : Instructions))]);
        session.Count(10_000);
        var values = session.Read(numbers);
        Assert.True(values[0] > 20_000, $"{values[0]}");
        Assert.Equal([values[0], values[0], values[0], values[0], values[0], values[0], values[0] * 2], values);
    }

    /// <summary>A session by the five calls on the calling thread.</summary>
    private sealed class Registers : IDisposable
    {
        public int Descriptor { get; } = Pfm.CreateSession(PfmSessionFlags.None, out _).OrThrow();

        public void Program(params (ushort Number, ulong Value)[] pmcs)
        {
            Pfm.WritePmrs(Descriptor, PfmRegisterType.Pmc, [.. pmcs.Select(pmc => new PfargPmr { Number = pmc.Number, Value = pmc.Value })]).OrThrow();
            Pfm.WritePmrs(Descriptor, PfmRegisterType.Pmd, [.. pmcs.Select(pmc => new PfargPmr { Number = pmc.Number })]).OrThrow();
        }

        public void Count(int rounds)
        {
            Pfm.ControlSession(Descriptor, PfmControl.Attach, LinuxKernel.Instance.CurrentThread).OrThrow();
            Pfm.ControlSession(Descriptor, PfmControl.Start).OrThrow();
            _ = FixedLoopTests.Work(rounds);
            Pfm.ControlSession(Descriptor, PfmControl.Stop).OrThrow();
        }

        public ulong[] Read(params ushort[] numbers)
        {
            PfargPmr[] vector = [.. numbers.Select(number => new PfargPmr { Number = number })];
            Pfm.ReadPmrs(Descriptor, vector).OrThrow();
            return [.. vector.Select(element => element.Value)];
        }

        public void Dispose() => Pfm.Close(Descriptor);
    }
}
