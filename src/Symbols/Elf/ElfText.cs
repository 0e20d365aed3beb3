using System.Text;

namespace Perfmon.Symbols.Elf;

/// <summary>String tables: names that end with a zero.</summary>
internal static class ElfText
{
    // Section names; a table without a zero is not to be copied for each of its sections.
    private const int LongestName = 256;

    public static string At(ReadOnlySpan<byte> table, uint offset)
    {
        var bytes = Bytes(table, offset);
        return Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, LongestName)]);
    }

    /// <summary>The name at <paramref name="offset"/>; empty where the table does not reach so far.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> table, uint offset)
    {
        if (offset >= (uint)table.Length)
        {
            return [];
        }

        var rest = table[(int)offset..];
        var end = rest.IndexOf((byte)0);
        return end < 0 ? [] : rest[..end];
    }
}
