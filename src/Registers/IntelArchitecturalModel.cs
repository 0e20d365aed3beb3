namespace Perfmon.Registers;

/// <summary>
/// Intel's architectural performance monitoring, as CPUID leaf 0xA describes it. PMC 0-15 are <c>PERFEVTSELn</c>, and PMC 16
/// is <c>FIXED_CTRL</c>, a nibble a counter: bit 0 OS, bit 1 USR, bit 2 any thread, bit 3 interrupt. PMD 0-15 are
/// <c>PMCn</c>, and PMD 16-19 are <c>FIXED_CTRn</c>: instructions, core cycles, reference cycles, top-down slots.
/// </summary>
/// <remarks>
/// The any-thread bit needs version 3 of the architecture and the PMU type <see cref="EventType.Raw"/>: the kernel refuses it with
/// EINVAL in earlier versions, and ignores it for other types, where it is therefore a reserved bit here.
/// </remarks>
public sealed class IntelArchitecturalModel : PmuModel
{
    private const int MaximumCounters = 16;
    private const int FixedControl = 16;
    private const int FirstFixed = 16;
    private const int NibbleBits = 4;
    private const ulong FixedKernel = 1;
    private const ulong FixedUser = 2;
    private const ulong FixedAnyThread = 4;
    private const ulong FixedInterrupt = 8;
    private const ulong Nibble = 0xf;

    private readonly uint _eventType;
    private readonly int _genericCounters;
    private readonly int _fixedCounters;
    private readonly EventSelectRegister _select;
    private readonly RegisterDescription[] _pmcs;
    private readonly RegisterDescription[] _pmds;

    /// <summary>Describes the counters of one CPU.</summary>
    /// <param name="genericCounters">General-purpose counters, 0 to 16: CPUID 0xA, EAX 15:8.</param>
    /// <param name="genericWidth">Their bits: EAX 23:16.</param>
    /// <param name="fixedCounters">
    /// Fixed counters, 0 to 16: EDX 4:0. Those after the fourth count no architectural event and are left out.
    /// </param>
    /// <param name="fixedWidth">Their bits: EDX 12:5.</param>
    /// <param name="eventType">The <c>attr.type</c> of the PMU, which on a hybrid CPU has one for each type of core.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than 16 counters of a kind, or more than 64 bits.</exception>
    public IntelArchitecturalModel(
        int genericCounters, int genericWidth, int fixedCounters, int fixedWidth, uint eventType = EventType.Raw)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)genericCounters, (uint)MaximumCounters, nameof(genericCounters));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)genericWidth, 64u, nameof(genericWidth));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)fixedCounters, (uint)MaximumCounters, nameof(fixedCounters));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)fixedWidth, 64u, nameof(fixedWidth));

        _eventType = eventType;
        _genericCounters = genericCounters;
        _fixedCounters = Math.Min(fixedCounters, FixedEvents.Length);
        var hasAnyThread = eventType == EventType.Raw;
        var eventBits = EventSelectRegister.RawEvent | (hasAnyThread ? EventSelectRegister.AnyThread : 0);
        _select = new EventSelectRegister(eventType, eventBits);
        _pmcs = DescribePmcs(eventBits, hasAnyThread ? Nibble : Nibble & ~FixedAnyThread);
        _pmds = DescribePmds(genericWidth, fixedWidth);
    }

    /// <inheritdoc/>
    public override string Name => "intel-architectural";

    /// <inheritdoc/>
    public override IReadOnlyList<RegisterDescription> Pmcs => _pmcs;

    /// <inheritdoc/>
    public override IReadOnlyList<RegisterDescription> Pmds => _pmds;

    // The kernel's own encodings of the fixed events, in the order of the counters; it counts the first two anywhere.
    private static ReadOnlySpan<ulong> FixedEvents => [0x00c0, 0x003c, 0x0300, 0x0400];

    /// <inheritdoc/>
    public override int CompanionPmc(int pmd) => IsFixed(pmd) ? FixedControl : base.CompanionPmc(pmd);

    /// <inheritdoc/>
    public override CounterSetting Decode(int pmd, ReadOnlySpan<ulong> pmcs) =>
        IsGeneric(pmd) ? _select.Decode(_pmcs[pmd], pmcs[pmd])
        : IsFixed(pmd) ? DecodeFixed(pmd - FirstFixed, pmcs[FixedControl])
        : CounterSetting.Off;

    /// <inheritdoc/>
    /// <remarks>A fixed counter's PMC is shared: only the counter's nibble of it is written.</remarks>
    public override bool TryEncode(int pmd, in EventSelection selection, Span<ulong> pmcs)
    {
        var pmc = CompanionPmc(pmd);
        if (pmc < 0)
        {
            return false;
        }

        var before = pmcs[pmc];
        pmcs[pmc] = IsFixed(pmd) ? EncodeFixed(pmd - FirstFixed, selection, before) : _select.Encode(selection);
        if (Decode(pmd, pmcs) == CounterSetting.Counts(selection))
        {
            return true;
        }

        pmcs[pmc] = before;
        return false;
    }

    private bool IsGeneric(int pmd) => (uint)pmd < (uint)_genericCounters;

    private bool IsFixed(int pmd) => pmd >= FirstFixed && pmd < FirstFixed + _fixedCounters;

    private CounterSetting DecodeFixed(int counter, ulong written)
    {
        var nibble = _pmcs[^1].Apply(written) >> (counter * NibbleBits) & Nibble;
        if ((nibble & (FixedUser | FixedKernel)) == 0)
        {
            return CounterSetting.Off;
        }

        return CounterSetting.Counts(new EventSelection
        {
            Type = _eventType,
            Config = FixedEvents[counter] | ((nibble & FixedAnyThread) == 0 ? 0 : EventSelectRegister.AnyThread),
            Exclude = ((nibble & FixedUser) == 0 ? Exclusions.User : Exclusions.None)
                | ((nibble & FixedKernel) == 0 ? Exclusions.Kernel : Exclusions.None),
        });
    }

    private static ulong EncodeFixed(int counter, in EventSelection selection, ulong control)
    {
        var nibble = FixedInterrupt
            | ((selection.Config & EventSelectRegister.AnyThread) == 0 ? 0 : FixedAnyThread)
            | (selection.Exclude.HasFlag(Exclusions.User) ? 0 : FixedUser)
            | (selection.Exclude.HasFlag(Exclusions.Kernel) ? 0 : FixedKernel);
        var shift = counter * NibbleBits;
        return (control & ~(Nibble << shift)) | nibble << shift;
    }

    private RegisterDescription[] DescribePmcs(ulong eventBits, ulong nibbleBits)
    {
        var pmcs = new List<RegisterDescription>();
        for (var n = 0; n < _genericCounters; n++)
        {
            pmcs.Add(new RegisterDescription
            {
                Number = n,
                Name = $"PERFEVTSEL{n}",
                Reserved = ~(eventBits | EventSelectRegister.Control),
                Address = 0x186 + (uint)n,
            });
        }

        if (_fixedCounters > 0)
        {
            var nibbles = 0UL;
            for (var n = 0; n < _fixedCounters; n++)
            {
                nibbles |= nibbleBits << (n * NibbleBits);
            }

            pmcs.Add(new RegisterDescription { Number = FixedControl, Name = "FIXED_CTRL", Reserved = ~nibbles, Address = 0x38d });
        }

        return [.. pmcs];
    }

    private RegisterDescription[] DescribePmds(int genericWidth, int fixedWidth) =>
    [
        .. from n in Enumerable.Range(0, _genericCounters)
           select new RegisterDescription { Number = n, Name = $"PMC{n}", Width = genericWidth, Address = 0xc1 + (uint)n },
        .. from n in Enumerable.Range(0, _fixedCounters)
           select new RegisterDescription
           {
               Number = FirstFixed + n, Name = $"FIXED_CTR{n}", Width = fixedWidth, Address = 0x309 + (uint)n,
           },
    ];
}
