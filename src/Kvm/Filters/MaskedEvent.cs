namespace Perfmon.Kvm.Filters;

/// <summary>
/// A masked entry: the events of <paramref name="Select"/> whose <c>umask &amp; Mask</c> is <paramref name="Match"/>. An event is listed when an
/// including entry has it and no excluding one does. The kernel: <c>KVM_PMU_ENCODE_MASKED_ENTRY</c>; QEMU's format <c>x86-masked-entry</c>.
/// </summary>
/// <param name="Select">The event select, at most 0xfff (AMD) or 0xff (Intel).</param>
/// <param name="Match">What the umask must be under the mask. With a bit outside the mask, no umask matches.</param>
/// <param name="Mask">The bits of the umask that are looked at; 0 for any umask.</param>
/// <param name="Exclude">Whether the entry takes out what others include.</param>
public sealed record MaskedEvent(ushort Select, byte Match, byte Mask, bool Exclude = false) : FilterEvent
{
    /// <inheritdoc/>
    public override FilterEncoding Encoding => FilterEncoding.Masked;

    /// <summary>Whether the entry matches <paramref name="umask"/>, be it to include or to exclude it.</summary>
    public bool Matches(byte umask) => (umask & Mask) == Match;

    /// <summary>As in <c>0xc4 umask &amp; 0xf0 = 0x20</c>, <c>exclude 0xc4 umask &amp; 0xf0 = 0x20</c>.</summary>
    public override string ToString() =>
        $"{(Exclude ? "exclude " : "")}{FilterWords.Hex(Select)} umask & {FilterWords.Hex(Mask)} = {FilterWords.Hex(Match)}";

    internal override string? Problem(FilterEncoding encoding) =>
        Select > EntryBits.WidestSelect ? FilterWords.SelectTooWide(Select)
        : encoding == FilterEncoding.Masked ? null
        : Exclude ? "The raw encoding cannot exclude."
        : Mask != 0xff ? $"The raw encoding has one umask in an entry, and mask {FilterWords.Hex(Mask)} looks at {byte.PopCount(Mask)} of its 8 bits."
        : null;

    internal override ulong Bits(FilterEncoding encoding) =>
        encoding == FilterEncoding.Raw ? EntryBits.Raw(Select, Match) : EntryBits.Masked(Select, Match, Mask, Exclude);
}
