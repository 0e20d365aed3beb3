using System.Text;

namespace Perfmon.Symbols.Elf;

/// <summary>String tables: names that end with a zero.</summary>
internal static class ElfText
{
    // A table without zeros is not to be searched to its end for each of the names in it.
    private const int LongestName = 16 << 10;
    private const int LongestSectionName = 64;

    /// <summary>A section's name; empty where it is longer than any that is looked for.</summary>
    public static string SectionName(ReadOnlySpan<byte> table, uint offset) =>
        Bytes(table, offset) is { Length: <= LongestSectionName } name ? Encoding.UTF8.GetString(name) : "";

    /// <summary>The name at <paramref name="offset"/>; empty where the table does not reach so far, or no name is so long.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> table, uint offset)
    {
        if (offset >= (uint)table.Length)
        {
            return [];
        }

        var rest = table[(int)offset..];
        rest = rest[..Math.Min(rest.Length, LongestName)];
        var end = rest.IndexOf((byte)0);
        return end < 0 ? [] : rest[..end];
    }
}
