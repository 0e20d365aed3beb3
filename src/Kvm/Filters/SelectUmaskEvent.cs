namespace Perfmon.Kvm.Filters;

/// <summary>An entry by event select and umask: one event. QEMU's format <c>x86-default</c>, later <c>x86-select-umask</c>.</summary>
/// <param name="Select">The event select, at most 0xfff (AMD) or 0xff (Intel).</param>
/// <param name="Umask">The umask; 16 bits because QEMU's first form has as many, but a unit mask above 0xff cannot be encoded.</param>
public sealed record SelectUmaskEvent(ushort Select, ushort Umask) : FilterEvent
{
    /// <inheritdoc/>
    public override FilterEncoding Encoding => FilterEncoding.Raw;

    /// <summary>As in <c>0xc4/0x20</c>.</summary>
    public override string ToString() => $"{FilterWords.Hex(Select)}/{FilterWords.Hex(Umask)}";

    internal override string? Problem(FilterEncoding encoding) =>
        Select > EntryBits.WidestSelect ? FilterWords.SelectTooWide(Select)
        : Umask > 0xff ? $"Umask {FilterWords.Hex(Umask)} has more than the 8 bits of a unit mask."
        : null;

    internal override ulong Bits(FilterEncoding encoding) =>
        encoding == FilterEncoding.Raw ? EntryBits.Raw(Select, Umask) : EntryBits.Masked(Select, (byte)Umask, 0xff, exclude: false);
}
