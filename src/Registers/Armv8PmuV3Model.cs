namespace Perfmon.Registers;

/// <summary>
/// Arm's PMUv3. PMC n is <c>PMEVTYPERn</c> and PMD n is <c>PMEVCNTRn</c>; PMC 31 is <c>PMCCFILTR</c> and PMD 31 is
/// <c>PMCCNTR</c>, the cycle counter.
/// <code>
/// PMEVTYPERn   15:0 event   27 NSH: count EL2   30 U: do not count EL0   31 P: do not count EL1
/// PMCCFILTR                 27 NSH              30 U                     31 P
/// </code>
/// </summary>
/// <remarks>
/// <para>
/// These registers have no enable bit: a PMC enables its counter by having another value than its default. The default of
/// <c>PMEVTYPERn</c> is 0, which gives up one selection: SW_INCR, event 0, at EL0 and EL1, which counts nothing
/// because the kernel leaves no user the register that increments it. For <c>PMCCFILTR</c> 0 is the usual request,
/// cycles at EL0 and EL1, so its default is P and U without NSH: no level, that is, off.
/// </para>
/// <para>
/// NSH clear is <see cref="Exclusions.Hypervisor"/>. Where the kernel runs at EL2 it takes EL2 for kernel mode, and counts or
/// excludes it with <see cref="Exclusions.Kernel"/>, whatever NSH.
/// </para>
/// </remarks>
public sealed class Armv8PmuV3Model : PmuModel
{
    private const int MaximumCounters = 31;
    private const int Cycle = 31;
    private const ulong CycleEvent = 0x11;
    private const ulong Event = 0xffff;
    private const ulong CountHypervisor = 1UL << 27;
    private const ulong ExcludeUser = 1UL << 30;
    private const ulong ExcludeKernel = 1UL << 31;
    private const ulong Filter = CountHypervisor | ExcludeUser | ExcludeKernel;

    private readonly uint _eventType;
    private readonly RegisterDescription[] _pmcs;
    private readonly RegisterDescription[] _pmds;

    /// <summary>Describes the counters of one CPU.</summary>
    /// <param name="counters">Event counters, 0 to 31, beside the cycle counter: <c>PMCR.N</c>.</param>
    /// <param name="eventType">The <c>attr.type</c> of the PMU: the number in sysfs of <c>armv8_pmuv3</c> or its like.</param>
    /// <param name="counterWidth">Bits of an event counter: 32, or 64 from PMUv3p5 on. The cycle counter has 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than 31 counters, or more than 64 bits.</exception>
    public Armv8PmuV3Model(int counters, uint eventType, int counterWidth = 64)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)counters, (uint)MaximumCounters, nameof(counters));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)counterWidth, 64u, nameof(counterWidth));

        _eventType = eventType;
        _pmcs =
        [
            .. from n in Enumerable.Range(0, counters)
               select new RegisterDescription { Number = n, Name = $"PMEVTYPER{n}", Reserved = ~(Event | Filter) },
            new RegisterDescription
            {
                Number = Cycle, Name = "PMCCFILTR", Reserved = ~Filter, Default = ExcludeUser | ExcludeKernel,
            },
        ];
        _pmds =
        [
            .. from n in Enumerable.Range(0, counters)
               select new RegisterDescription { Number = n, Name = $"PMEVCNTR{n}", Width = counterWidth },
            new RegisterDescription { Number = Cycle, Name = "PMCCNTR" },
        ];
    }

    /// <inheritdoc/>
    public override string Name => "armv8-pmuv3";

    /// <inheritdoc/>
    public override IReadOnlyList<RegisterDescription> Pmcs => _pmcs;

    /// <inheritdoc/>
    public override IReadOnlyList<RegisterDescription> Pmds => _pmds;

    /// <inheritdoc/>
    public override CounterSetting Decode(int pmd, ReadOnlySpan<ulong> pmcs) =>
        Find(pmd) is { } pmc ? Decode(pmc, pmcs[pmd]) : CounterSetting.Off;

    /// <inheritdoc/>
    public override bool TryEncode(int pmd, in EventSelection selection, Span<ulong> pmcs)
    {
        if (Find(pmd) is not { } pmc)
        {
            return false;
        }

        var value = pmc.Apply(selection.Config & Event)
            | (selection.Exclude.HasFlag(Exclusions.User) ? ExcludeUser : 0)
            | (selection.Exclude.HasFlag(Exclusions.Kernel) ? ExcludeKernel : 0)
            | (selection.Exclude.HasFlag(Exclusions.Hypervisor) ? 0 : CountHypervisor);
        if (Decode(pmc, value) != CounterSetting.Counts(selection))
        {
            return false;
        }

        pmcs[pmd] = value;
        return true;
    }

    private RegisterDescription? Find(int number) =>
        number == Cycle ? _pmcs[^1] : (uint)number < (uint)(_pmcs.Length - 1) ? _pmcs[number] : null;

    private CounterSetting Decode(RegisterDescription pmc, ulong written)
    {
        var value = pmc.Apply(written);
        if (value == pmc.Default)
        {
            return CounterSetting.Off;
        }

        if ((value & Filter) == (ExcludeUser | ExcludeKernel))
        {
            return CounterSetting.Invalid(
                $"PMC {pmc.Number} ({pmc.Name}): with P (bit 31) and U (bit 30) set and NSH (bit 27) clear, it counts nothing.");
        }

        return CounterSetting.Counts(new EventSelection
        {
            Type = _eventType,
            Config = pmc.Number == Cycle ? CycleEvent : value & Event,
            Exclude = ((value & ExcludeUser) == 0 ? Exclusions.None : Exclusions.User)
                | ((value & ExcludeKernel) == 0 ? Exclusions.None : Exclusions.Kernel)
                | ((value & CountHypervisor) == 0 ? Exclusions.Hypervisor : Exclusions.None),
        });
    }
}
