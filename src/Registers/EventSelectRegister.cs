namespace Perfmon.Registers;

/// <summary>
/// The event select register of x86, which Intel calls <c>IA32_PERFEVTSELn</c> and AMD <c>PERF_CTLn</c>.
/// <code>
/// 7:0  event      16 USR   18 edge                     20 INT          22 enable   31:24 cmask
/// 15:8 umask      17 OS    19 pin control (reserved)   21 any thread   23 invert   63:32 the vendor's
/// </code>
/// </summary>
/// <param name="eventType">The <c>attr.type</c> of the PMU.</param>
/// <param name="eventBits">The bits that are the event, with the kernel's meaning of <c>attr.config</c>.</param>
internal sealed class EventSelectRegister(uint eventType, ulong eventBits)
{
    /// <summary>Any thread of the core counts, not only the own one.</summary>
    public const ulong AnyThread = 1UL << 21;

    /// <summary>Event, umask, edge, invert and cmask: the kernel's <c>X86_RAW_EVENT_MASK</c>.</summary>
    public const ulong RawEvent = 0xff84ffff;

    private const ulong User = 1UL << 16;
    private const ulong Kernel = 1UL << 17;
    private const ulong Interrupt = 1UL << 20;
    private const ulong Enable = 1UL << 22;

    /// <summary>
    /// The bits that this library gives a meaning, beside the event. INT is one, without effect: the kernel always sets it,
    /// because the 64-bit PMD is carried on from its interrupts.
    /// </summary>
    public const ulong Control = User | Kernel | Interrupt | Enable;

    /// <summary>What a value selects; <paramref name="vendor"/> is excluded by the vendor's own bits.</summary>
    public CounterSetting Decode(RegisterDescription pmc, ulong value, Exclusions vendor = Exclusions.None)
    {
        if ((value & Enable) == 0)
        {
            return CounterSetting.Off;
        }

        if ((value & (User | Kernel)) == 0)
        {
            return CounterSetting.Invalid(
                $"PMC {pmc.Number} ({pmc.Name}): enabled (bit 22) with neither USR (bit 16) nor OS (bit 17), it counts nothing.");
        }

        return CounterSetting.Counts(new EventSelection
        {
            Type = eventType,
            Config = value & eventBits,
            Exclude = vendor
                | ((value & User) == 0 ? Exclusions.User : Exclusions.None)
                | ((value & Kernel) == 0 ? Exclusions.Kernel : Exclusions.None),
        });
    }

    /// <summary>The value that selects <paramref name="selection"/>, but for what no value can say and the vendor's own bits.</summary>
    public ulong Encode(in EventSelection selection) =>
        (selection.Config & eventBits) | Interrupt | Enable
            | (selection.Exclude.HasFlag(Exclusions.User) ? 0 : User)
            | (selection.Exclude.HasFlag(Exclusions.Kernel) ? 0 : Kernel);
}
