namespace Perfmon.Registers;

/// <summary>
/// All registers of a machine, 0 to 319: those of its PMU, where it has one, and the virtual ones. It is what perfmon listed in
/// sysfs, and the source of a session's <c>avail_pmcs</c> and <c>avail_pmds</c>.
/// </summary>
public sealed class RegisterMap
{
    private readonly RegisterDescription?[] _pmcs;
    private readonly RegisterDescription?[] _pmds;

    /// <summary>Puts the virtual registers behind those of <paramref name="hardware"/>, null on a machine without a PMU.</summary>
    /// <exception cref="ArgumentException">The model has a register twice, or beyond the hardware's 0 to 255.</exception>
    public RegisterMap(PmuModel? hardware = null)
    {
        Hardware = hardware;
        _pmcs = Place(hardware?.Pmcs ?? [], VirtualModel.Pmcs);
        _pmds = Place(hardware?.Pmds ?? [], VirtualModel.Pmds);
    }

    /// <summary>The PMU's registers; null on a machine without one.</summary>
    public PmuModel? Hardware { get; }

    /// <summary>The name of the hardware's model; <c>virtual</c> on a machine without a PMU.</summary>
    public string ModelName => Hardware?.Name ?? VirtualModel.Name;

    /// <summary>PMC <paramref name="number"/>; null where there is none.</summary>
    public RegisterDescription? Pmc(int number) => (uint)number < RegisterSpace.Count ? _pmcs[number] : null;

    /// <summary>PMD <paramref name="number"/>; null where there is none.</summary>
    public RegisterDescription? Pmd(int number) => (uint)number < RegisterSpace.Count ? _pmds[number] : null;

    /// <summary>The PMCs of a session of kind <paramref name="kind"/>; of both kinds when it is <see cref="SessionKinds.Any"/>.</summary>
    public RegisterMask AvailablePmcs(SessionKinds kind) => Available(_pmcs, kind);

    /// <summary>The PMDs of a session of kind <paramref name="kind"/>; of both kinds when it is <see cref="SessionKinds.Any"/>.</summary>
    public RegisterMask AvailablePmds(SessionKinds kind) => Available(_pmds, kind);

    /// <summary>
    /// What PMD <paramref name="pmd"/> counts under the PMC values <paramref name="pmcs"/> (all 320 of them, each at its
    /// <see cref="RegisterDescription.Default"/> until written); nothing where there is no such register.
    /// </summary>
    public CounterSetting Decode(int pmd, ReadOnlySpan<ulong> pmcs) =>
        pmd >= RegisterSpace.FirstVirtual ? VirtualModel.Decode(pmd, pmcs) : Hardware?.Decode(pmd, pmcs) ?? CounterSetting.Off;

    /// <summary>The PMC that governs PMD <paramref name="pmd"/>; -1 where none does.</summary>
    public int CompanionPmc(int pmd) =>
        pmd < RegisterSpace.FirstVirtual ? Hardware?.CompanionPmc(pmd) ?? -1 : pmd < RegisterSpace.Count ? pmd : -1;

    private static RegisterDescription?[] Place(
        IReadOnlyList<RegisterDescription> hardware, IReadOnlyList<RegisterDescription> virtuals)
    {
        var registers = new RegisterDescription?[RegisterSpace.Count];
        foreach (var register in hardware)
        {
            if ((uint)register.Number >= RegisterSpace.FirstVirtual || registers[register.Number] is not null)
            {
                throw new ArgumentException(
                    $"Register {register.Number} ({register.Name}) is not one of 0 to 255, or is described twice.", nameof(hardware));
            }

            registers[register.Number] = register;
        }

        foreach (var register in virtuals)
        {
            registers[register.Number] = register;
        }

        return registers;
    }

    private static RegisterMask Available(RegisterDescription?[] registers, SessionKinds kind)
    {
        var mask = default(RegisterMask);
        foreach (var register in registers)
        {
            if (kind != SessionKinds.None && register?.Sessions.HasFlag(kind) == true)
            {
                mask.Add(register.Number);
            }
        }

        return mask;
    }
}
