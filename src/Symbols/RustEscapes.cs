using System.Globalization;
using System.Text;

namespace Perfmon.Symbols;

/// <summary>What Rust's older symbol names write for characters that linkers do not take: <c>$LT$</c>, <c>$u20$</c>, <c>..</c>.</summary>
internal static class RustEscapes
{
    public static string Decode(string name)
    {
        var text = new StringBuilder(name.Length);
        for (var position = 0; position < name.Length;)
        {
            var rest = name.AsSpan(position);
            var startsPart = position == 0 || name[position - 1] == ':';
            if (startsPart && rest.StartsWith("_$", StringComparison.Ordinal))
            {
                // A part begins with a letter or an underscore, so one stands before an escape.
                position++;
            }
            else if (rest.StartsWith("..", StringComparison.Ordinal))
            {
                text.Append("::");
                position += 2;
            }
            else if (rest[0] == '$' && rest[1..].IndexOf('$') is > 0 and var length && Character(rest.Slice(1, length)) is { } character)
            {
                text.Append(character);
                position += length + 2;
            }
            else
            {
                text.Append(rest[0]);
                position++;
            }
        }

        return text.ToString();
    }

    private static string? Character(ReadOnlySpan<char> escape) => escape switch
    {
        "SP" => "@",
        "BP" => "*",
        "RF" => "&",
        "LT" => "<",
        "GT" => ">",
        "LP" => "(",
        "RP" => ")",
        "C" => ",",
        ['u', .. var digits] when uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code) =>
            new Rune(code).ToString(),
        _ => null,
    };
}
