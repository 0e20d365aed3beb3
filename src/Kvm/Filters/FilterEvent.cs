using System.Diagnostics.CodeAnalysis;
using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Filters;

/// <summary>
/// One entry of a filter for x86 guests: a <see cref="RawEvent"/>, a <see cref="SelectUmaskEvent"/> or a <see cref="MaskedEvent"/>.
/// The kernel: one u64 of <c>kvm_pmu_event_filter.events</c>.
/// </summary>
public abstract record FilterEvent
{
    private protected FilterEvent()
    {
    }

    /// <summary>The encoding that this kind of entry is written in: masked for a <see cref="MaskedEvent"/>, raw for the others.</summary>
    public abstract FilterEncoding Encoding { get; }

    /// <summary>The entry that <paramref name="code"/> stands for: a <see cref="RawEvent"/>, or a <see cref="MaskedEvent"/>.</summary>
    /// <exception cref="PerfmonException">A masked entry has bits that mean nothing on any vendor's machine.</exception>
    public static FilterEvent Decode(ulong code, FilterEncoding encoding)
    {
        if (encoding == FilterEncoding.Raw)
        {
            return new RawEvent(code);
        }

        var impossible = code & EntryBits.Impossible(FilterEncoding.Masked, vendor: null);
        return impossible == 0
            ? new MaskedEvent(EntryBits.SelectOf(code), EntryBits.UmaskOf(code), EntryBits.MaskOf(code), (code & EntryBits.Exclude) != 0)
            : throw FilterErrors.NoMaskedEntry(code, impossible);
    }

    /// <summary>The entry as the kernel takes it in <paramref name="encoding"/>.</summary>
    /// <exception cref="PerfmonException">It cannot be expressed in that encoding; the message says why.</exception>
    public ulong Encode(FilterEncoding encoding) =>
        TryEncode(encoding, out var code, out var problem) ? code : throw FilterErrors.NotEncodable(this, encoding, problem);

    /// <summary>The entry as the kernel takes it in <paramref name="encoding"/>, or why it cannot be expressed so, as a sentence.</summary>
    public bool TryEncode(FilterEncoding encoding, out ulong code, [NotNullWhen(false)] out string? problem)
    {
        problem = Problem(encoding);
        code = problem is null ? Bits(encoding) : 0;
        return problem is null;
    }

    /// <summary>The entry of the other kind that lists the same events, or null where there is none: see <see cref="TryEncode"/>.</summary>
    public FilterEvent? As(FilterEncoding encoding) =>
        encoding == Encoding ? this : TryEncode(encoding, out var code, out _) ? Decode(code, encoding) : null;

    internal abstract string? Problem(FilterEncoding encoding);

    /// <summary>The code, of an entry without a <see cref="Problem"/>.</summary>
    internal abstract ulong Bits(FilterEncoding encoding);

    /// <summary>The entry as the kernel keeps it, masked; null where it drops it, whatever the vendor.</summary>
    internal ulong? Kept => TryEncode(FilterEncoding.Masked, out var code, out _) ? code : null;
}
