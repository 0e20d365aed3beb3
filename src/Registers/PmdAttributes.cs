namespace Perfmon.Registers;

/// <summary>What a PMD does at an overflow: the part of <c>pfarg_pmd_attr</c> beyond number, set and value.</summary>
internal sealed record PmdAttributes
{
    /// <summary><c>reg_flags</c>: notify, random.</summary>
    public uint Flags { get; init; }

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
}
