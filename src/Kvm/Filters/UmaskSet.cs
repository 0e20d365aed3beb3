using System.Numerics;

namespace Perfmon.Kvm.Filters;

/// <summary>A set of umasks: bit n of 256 is umask n.</summary>
internal readonly record struct UmaskSet(ulong Word0, ulong Word1, ulong Word2, ulong Word3)
{
    public static UmaskSet All { get; } = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsEmpty => (Word0 | Word1 | Word2 | Word3) == 0;

    public int Count => BitOperations.PopCount(Word0) + BitOperations.PopCount(Word1) + BitOperations.PopCount(Word2) + BitOperations.PopCount(Word3);

    /// <summary>The lowest umask in the set, which is not empty.</summary>
    public byte First =>
        (byte)(Word0 != 0 ? BitOperations.TrailingZeroCount(Word0)
            : Word1 != 0 ? 64 + BitOperations.TrailingZeroCount(Word1)
            : Word2 != 0 ? 128 + BitOperations.TrailingZeroCount(Word2)
            : 192 + BitOperations.TrailingZeroCount(Word3));

    public static UmaskSet operator |(UmaskSet a, UmaskSet b) => new(a.Word0 | b.Word0, a.Word1 | b.Word1, a.Word2 | b.Word2, a.Word3 | b.Word3);

    public static UmaskSet operator &(UmaskSet a, UmaskSet b) => new(a.Word0 & b.Word0, a.Word1 & b.Word1, a.Word2 & b.Word2, a.Word3 & b.Word3);

    public static UmaskSet operator ~(UmaskSet a) => new(~a.Word0, ~a.Word1, ~a.Word2, ~a.Word3);

    public UmaskSet Without(UmaskSet other) => this & ~other;

    public bool Contains(byte umask) => ((umask >> 6) switch { 0 => Word0, 1 => Word1, 2 => Word2, _ => Word3 } >> (umask & 63) & 1) != 0;

    public bool Covers(UmaskSet other) => other.Without(this).IsEmpty;

    /// <summary>The set with every umask lowered by 1 &lt;&lt; <paramref name="bit"/>; what falls below 0 is gone.</summary>
    public UmaskSet Lowered(int bit)
    {
        if (bit < 6)
        {
            var by = 1 << bit;
            return new UmaskSet(
                Word0 >> by | Word1 << (64 - by), Word1 >> by | Word2 << (64 - by), Word2 >> by | Word3 << (64 - by), Word3 >> by);
        }

        return bit == 6 ? new UmaskSet(Word1, Word2, Word3, 0) : new UmaskSet(Word2, Word3, 0, 0);
    }

    /// <summary>The umasks in the set, in order.</summary>
    public IEnumerable<byte> Umasks()
    {
        for (var rest = this; !rest.IsEmpty; rest = rest.Without(Matching(rest.First, 0xff)))
        {
            yield return rest.First;
        }
    }

    /// <summary>The umasks that are <paramref name="match"/> under <paramref name="mask"/>: none where match has a bit outside the mask.</summary>
    public static UmaskSet Matching(byte match, byte mask)
    {
        if ((match & ~mask) != 0)
        {
            return default;
        }

        // Bits 5:0 choose within a word, bits 7:6 among words. Each looked-at bit halves what is left, by the pattern of that bit's ones.
        var word = ulong.MaxValue;
        for (var bit = 0; bit < s_onesOfBit.Length; bit++)
        {
            if ((mask >> bit & 1) != 0)
            {
                word &= (match >> bit & 1) != 0 ? s_onesOfBit[bit] : ~s_onesOfBit[bit];
            }
        }

        ulong Word(int number) => (number & mask >> 6) == match >> 6 ? word : 0;
        return new UmaskSet(Word(0), Word(1), Word(2), Word(3));
    }

    private static readonly ulong[] s_onesOfBit =
    [
        0xaaaa_aaaa_aaaa_aaaa, 0xcccc_cccc_cccc_cccc, 0xf0f0_f0f0_f0f0_f0f0, 0xff00_ff00_ff00_ff00, 0xffff_0000_ffff_0000, 0xffff_ffff_0000_0000,
    ];
}
