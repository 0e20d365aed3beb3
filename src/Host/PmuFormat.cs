using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Perfmon.Host;

/// <summary>
/// Where the value of one of a PMU's terms goes: a file of sysfs's <c>format</c> folder, such as <c>event</c> with the content
/// <c>config:0-7,32-35</c>.
/// </summary>
public sealed class PmuFormat
{
    private PmuFormat(string name, PmuFormatField field, IReadOnlyList<BitRange> ranges)
    {
        Name = name;
        Field = field;
        Ranges = ranges;
        Width = ranges.Sum(range => range.Width);
    }

    /// <summary>The term's name, such as <c>umask</c>.</summary>
    public string Name { get; }

    /// <summary>The word that the value is written to.</summary>
    public PmuFormatField Field { get; }

    /// <summary>The bits that take the value, lowest first: the value's lowest bit goes to the lowest of them.</summary>
    public IReadOnlyList<BitRange> Ranges { get; }

    /// <summary>How many bits a value may have, 1 to 64.</summary>
    public int Width { get; }

    /// <summary>Reads the content of a format file; white space around it is ignored.</summary>
    /// <returns>False where <paramref name="text"/> is none; then <paramref name="error"/> quotes the wrong part.</returns>
    public static bool TryParse(
        string name, string text, [NotNullWhen(true)] out PmuFormat? format, [NotNullWhen(false)] out string? error)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(text);
        format = null;
        var content = text.AsSpan().Trim();
        var colon = content.IndexOf(':');
        var word = colon < 0 ? content : content[..colon];
        if (!TryParseField(word, out var field))
        {
            error = $"{HostReader.Quote(word)} is none of config, config1, config2, config3, config4";
            return false;
        }

        if (!TryParseRanges(colon < 0 ? [] : content[(colon + 1)..], out var ranges, out error))
        {
            return false;
        }

        format = new PmuFormat(name, field, ranges);
        return true;
    }

    /// <summary>Spreads <paramref name="value"/> over the bits of <see cref="Ranges"/>; the other bits are 0.</summary>
    /// <returns>False where the value has more bits than <see cref="Width"/>.</returns>
    public bool TryScatter(ulong value, out ulong bits)
    {
        bits = 0;
        if (Width < 64 && value >> Width != 0)
        {
            return false;
        }

        foreach (var range in Ranges)
        {
            bits |= (value & (ulong.MaxValue >> (64 - range.Width))) << range.Low;
            // A shift by 64 is a shift by 0 in C#; after a range of 64 bits there is no other.
            value >>= range.Width & 63;
        }

        return true;
    }

    /// <summary>The sysfs form: <c>config:0-7,32-35</c>.</summary>
    public override string ToString()
    {
        var word = Field == PmuFormatField.Config ? "config" : $"config{(int)Field}";
        return $"{word}:{string.Join(',', Ranges)}";
    }

    private static bool TryParseField(ReadOnlySpan<char> word, out PmuFormatField field)
    {
        const string Stem = "config";
        field = PmuFormatField.Config;
        if (!word.StartsWith(Stem, StringComparison.Ordinal) || word.Length > Stem.Length + 1)
        {
            return false;
        }

        if (word.Length > Stem.Length)
        {
            field = (PmuFormatField)(word[^1] - '0');
            return field is >= PmuFormatField.Config1 and <= PmuFormatField.Config4;
        }

        return true;
    }

    private static bool TryParseRanges(ReadOnlySpan<char> text, out List<BitRange> ranges, [NotNullWhen(false)] out string? error)
    {
        ranges = [];
        ulong taken = 0;
        foreach (var part in text.Split(','))
        {
            var piece = text[part];
            if (!TryParseRange(piece, out var range))
            {
                error = $"{HostReader.Quote(piece)} is neither a bit from 0 to 63 nor a range of them";
                return false;
            }

            var bits = (ulong.MaxValue >> (64 - range.Width)) << range.Low;
            if ((taken & bits) != 0)
            {
                error = $"{HostReader.Quote(piece)} names a bit twice";
                return false;
            }

            taken |= bits;
            ranges.Add(range);
        }

        // The kernel's bits are a set: perf fills them from the lowest, whatever the order of the text.
        ranges.Sort((left, right) => left.Low.CompareTo(right.Low));
        error = null;
        return true;
    }

    private static bool TryParseRange(ReadOnlySpan<char> text, out BitRange range)
    {
        var dash = text.IndexOf('-');
        range = default;
        if (!TryParseBit(dash < 0 ? text : text[..dash], out var low) || !TryParseBit(dash < 0 ? text : text[(dash + 1)..], out var high))
        {
            return false;
        }

        range = new BitRange(low, high);
        return low <= high;
    }

    private static bool TryParseBit(ReadOnlySpan<char> text, out int bit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bit) && bit < 64;
}
