namespace Perfmon.Registers;

/// <summary>
/// AMD64 core counters: PMC n is <c>PERF_CTLn</c> and PMD n is <c>PERF_CTRn</c>. To the x86 event select register AMD adds
/// event bits 11:8 in bits 35:32, guest-only in bit 40 and host-only in bit 41.
/// </summary>
public sealed class Amd64Model : PmuModel
{
    private const int LegacyCounters = 4;
    private const int MaximumCounters = 16;
    private const uint LegacyControl = 0xc0010000;
    private const uint LegacyCounter = 0xc0010004;
    private const uint CoreControl = 0xc0010200;
    private const uint CoreCounter = 0xc0010201;

    private const ulong GuestOnly = 1UL << 40;
    private const ulong HostOnly = 1UL << 41;

    /// <summary>The kernel's <c>AMD64_RAW_EVENT_MASK</c>.</summary>
    private const ulong Event = EventSelectRegister.RawEvent | 0xfUL << 32;

    private readonly EventSelectRegister _select;
    private readonly RegisterDescription[] _pmcs;
    private readonly RegisterDescription[] _pmds;

    /// <summary>Describes the counters of one CPU.</summary>
    /// <param name="counters">
    /// How many there are, 1 to 16: 4, at the legacy MSR numbers, or 6 from family 15h on. More than 4 are at the extended ones.
    /// </param>
    /// <param name="width">Bits of a counter.</param>
    /// <param name="eventType">The <c>attr.type</c> of the PMU.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 16 counters, or not 1 to 64 bits.</exception>
    public Amd64Model(int counters, int width = 48, uint eventType = EventType.Raw)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(counters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(counters, MaximumCounters);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 64);

        var isLegacy = counters <= LegacyCounters;
        _select = new EventSelectRegister(eventType, Event);
        _pmcs = new RegisterDescription[counters];
        _pmds = new RegisterDescription[counters];
        for (var n = 0; n < counters; n++)
        {
            _pmcs[n] = new RegisterDescription
            {
                Number = n,
                Name = $"PERF_CTL{n}",
                Reserved = ~(Event | EventSelectRegister.Control | GuestOnly | HostOnly),
                Address = isLegacy ? LegacyControl + (uint)n : CoreControl + (2 * (uint)n),
            };
            _pmds[n] = new RegisterDescription
            {
                Number = n,
                Name = $"PERF_CTR{n}",
                Width = width,
                Address = isLegacy ? LegacyCounter + (uint)n : CoreCounter + (2 * (uint)n),
            };
        }
    }

    /// <inheritdoc/>
    public override string Name => "amd64";

    /// <inheritdoc/>
    public override IReadOnlyList<RegisterDescription> Pmcs => _pmcs;

    /// <inheritdoc/>
    public override IReadOnlyList<RegisterDescription> Pmds => _pmds;

    /// <inheritdoc/>
    public override CounterSetting Decode(int pmd, ReadOnlySpan<ulong> pmcs) =>
        (uint)pmd < (uint)_pmcs.Length ? Decode(_pmcs[pmd], pmcs[pmd]) : CounterSetting.Off;

    /// <inheritdoc/>
    public override bool TryEncode(int pmd, in EventSelection selection, Span<ulong> pmcs)
    {
        if ((uint)pmd >= (uint)_pmcs.Length)
        {
            return false;
        }

        var value = _select.Encode(selection)
            | (selection.Exclude.HasFlag(Exclusions.Host) ? GuestOnly : 0)
            | (selection.Exclude.HasFlag(Exclusions.Guest) ? HostOnly : 0);
        if (Decode(_pmcs[pmd], value) != CounterSetting.Counts(selection))
        {
            return false;
        }

        pmcs[pmd] = value;
        return true;
    }

    private CounterSetting Decode(RegisterDescription pmc, ulong value)
    {
        // The hardware takes both bits as neither, while the kernel takes both exclusions as nothing left to count.
        var vendor = (value & (GuestOnly | HostOnly)) switch
        {
            GuestOnly => Exclusions.Host,
            HostOnly => Exclusions.Guest,
            _ => Exclusions.None,
        };
        return _select.Decode(pmc, value, vendor);
    }
}
