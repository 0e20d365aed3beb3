using System.Globalization;

namespace Perfmon.Events.Syntax;

/// <summary>Numbers as events write them: decimal, or hexadecimal after <c>0x</c>; 64 bits, unsigned.</summary>
internal static class NumberText
{
    public static bool TryParse(ReadOnlySpan<char> text, out ulong value) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? TryParseHex(text[2..], out value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>Hexadecimal digits without <c>0x</c>.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
