namespace Perfmon.Kvm.Filters;

/// <summary>An entry of the raw encoding, as the kernel takes it: select in bits 7:0 and 35:32, umask in 15:8.</summary>
/// <param name="Code">The u64. With any other bit set the kernel accepts the entry and drops it: no event is like that.</param>
public sealed record RawEvent(ulong Code) : FilterEvent
{
    /// <inheritdoc/>
    public override FilterEncoding Encoding => FilterEncoding.Raw;

    /// <summary>The select and umask that the code stands for; null where the kernel drops it.</summary>
    public SelectUmaskEvent? SelectUmask =>
        ImpossibleBits == 0 ? new SelectUmaskEvent(EntryBits.SelectOf(Code), EntryBits.UmaskOf(Code)) : null;

    /// <summary>The bits for which the kernel of any vendor drops the entry: they are neither of select nor of umask.</summary>
    internal ulong ImpossibleBits => Code & EntryBits.Impossible(FilterEncoding.Raw, vendor: null);

    /// <summary>As in <c>raw 0x20c4</c>.</summary>
    public override string ToString() => $"raw 0x{Code:x}";

    internal override string? Problem(FilterEncoding encoding) => encoding == FilterEncoding.Raw || ImpossibleBits == 0
        ? null
        : $"{FilterWords.Bits(ImpossibleBits)} of 0x{Code:x} {FilterWords.AreNeither(ImpossibleBits)} select nor umask, and a masked filter with such an entry is refused.";

    internal override ulong Bits(FilterEncoding encoding) => encoding == FilterEncoding.Raw ? Code : Code | EntryBits.Mask;
}
