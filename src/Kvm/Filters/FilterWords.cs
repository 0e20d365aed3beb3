using System.Numerics;
using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>The words that the sentences about filters have in common.</summary>
internal static class FilterWords
{
    /// <summary>As PMU manuals write selects and umasks: two hexadecimal digits, or more where needed.</summary>
    public static string Hex(int number) => $"0x{number:x2}";

    public static string Name(FilterAction action) => action == FilterAction.Allow ? "allow" : "deny";

    /// <summary>Entry 3 (0xc4/0x20), counted from 0 as in the list.</summary>
    public static string Entry(int index, FilterEvent entry) => $"entry {index} ({entry})";

    public static string SelectTooWide(int select) => $"Select {Hex(select)} has more than 12 bits: no vendor has such an event.";

    public static string Name(CpuVendor? vendor) => vendor switch
    {
        CpuVendor.Amd => "AMD",
        CpuVendor.Hygon => "Hygon",
        CpuVendor.Intel => "Intel",
        null => "any vendor's",
        _ => "this vendor's",
    };

    /// <summary>A sentence about bits that no entry of the encoding has.</summary>
    public static string MeanNothing(ulong bits, FilterEncoding encoding, CpuVendor? vendor) =>
        $"{Bits(bits)} {(BitOperations.PopCount(bits) == 1 ? "means" : "mean")} nothing in a {(encoding == FilterEncoding.Raw ? "raw" : "masked")} entry on "
        + $"{Name(vendor)} machines: event selects end at {Hex(EntryBits.LastSelect(vendor))}.";

    /// <summary>The set bits as ranges: <c>bits 16-23, 62</c>.</summary>
    public static string Bits(ulong bits)
    {
        var ranges = new List<string>();
        var one = BitOperations.PopCount(bits) == 1;
        while (bits != 0)
        {
            var low = BitOperations.TrailingZeroCount(bits);
            var length = BitOperations.TrailingZeroCount(~(bits >> low));
            ranges.Add(length == 1 ? $"{low}" : $"{low}-{low + length - 1}");
            bits = low + length == 64 ? 0 : bits & (ulong.MaxValue << (low + length));
        }

        return $"{(one ? "Bit" : "Bits")} {string.Join(", ", ranges)}";
    }

    public static string AreNeither(ulong bits) => BitOperations.PopCount(bits) == 1 ? "is neither" : "are neither";

    public static string DoNothing(ulong bits) => BitOperations.PopCount(bits) == 1 ? "does nothing" : "do nothing";

    public static string Sentence(string text) => string.Concat(text[..1].ToUpperInvariant(), text.AsSpan(1));
}
