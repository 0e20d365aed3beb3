namespace Perfmon.Registers;

/// <summary>What a PMD does at an overflow: the part of <c>pfarg_pmd_attr</c> beyond number, set and value.</summary>
internal sealed record PmdAttributes
{
    /// <summary>Whether an overflow makes a message (<c>PFM_REGFL_OVFL_NOTIFY</c>).</summary>
    public bool Notifies { get; init; }

    /// <summary>Whether reset values are lowered by a random number (<c>PFM_REGFL_RANDOM</c>).</summary>
    public bool IsRandom { get; init; }

    /// <summary>The value after a restart.</summary>
    public ulong LongReset { get; init; }

    /// <summary>The value after an overflow that did not mask.</summary>
    public ulong ShortReset { get; init; }

    /// <summary>The bits of a random number that lower a reset value.</summary>
    public ulong RandomMask { get; init; }

    /// <summary>The PMDs whose values a sample carries.</summary>
    public RegisterMask SampledPmds { get; init; }

    /// <summary>The PMDs that are reset along.</summary>
    public RegisterMask ResetPmds { get; init; }

    /// <summary>Overflows until the set is switched out; 0: never.</summary>
    public ulong OverflowSwitchCount { get; init; }

    /// <summary>What a sample is labelled with.</summary>
    public ulong SampleEventId { get; init; }

    /// <summary>
    /// Whether something is to be done at every overflow, so that each must be told with the values as of then. One that only resets the PMD itself, or ends its
    /// set's turn, follows from what was counted.
    /// </summary>
    /// <param name="hasFormat">Whether the session has a sampling format, which is asked at every overflow.</param>
    public bool NeedsRecords(bool hasFormat) => hasFormat || Notifies || (IsRandom && RandomMask != 0) || !ResetPmds.IsEmpty;

    /// <summary>The value to go on from after an overflow.</summary>
    /// <param name="afterMasking">Whether counting was masked since: the long reset value, else the short.</param>
    /// <param name="random">64 random bits.</param>
    public ulong ResetValue(bool afterMasking, ulong random) =>
        unchecked((afterMasking ? LongReset : ShortReset) - (IsRandom ? random & RandomMask : 0));
}
