using System.Globalization;

namespace Perfmon.Symbols;

/// <summary>All of a line of <c>/proc/PID/maps</c>: <c>55d0e000-55d0f000 r-xp 00001000 08:01 131 /usr/bin/cat</c>.</summary>
internal readonly record struct ProcMapping(
    ulong Start, ulong End, uint Protection, uint Flags, ulong Offset, uint Major, uint Minor, ulong Inode, string FileName)
{
    private const uint Read = 1; // PROT_READ
    private const uint Write = 2;
    private const uint Execute = 4;
    private const uint Shared = 1; // MAP_SHARED
    private const uint Private = 2;

    public bool IsExecutable => (Protection & Execute) != 0;

    public static bool TryParse(ReadOnlySpan<char> line, out ProcMapping mapping)
    {
        mapping = default;
        var rest = line;
        if (!TryHex(ref rest, '-', out var start) || !TryHex(ref rest, ' ', out var end) || rest is not [var read, var write, var execute, var share, ' ', ..] || end < start)
        {
            return false;
        }

        rest = rest[5..];
        if (!TryHex(ref rest, ' ', out var offset) || !TryHex(ref rest, ':', out var major) || !TryHex(ref rest, ' ', out var minor))
        {
            return false;
        }

        var space = rest.IndexOf(' ');
        if (!ulong.TryParse(space < 0 ? rest : rest[..space], CultureInfo.InvariantCulture, out var inode))
        {
            return false;
        }

        var name = space < 0 ? [] : rest[space..].TrimStart(' ');
        var protection = (read == 'r' ? Read : 0) | (write == 'w' ? Write : 0) | (execute == 'x' ? Execute : 0);

        mapping = new ProcMapping(start, end, protection, share == 's' ? Shared : Private, offset, (uint)major, (uint)minor, inode, name.ToString());
        return true;
    }

    private static bool TryHex(ref ReadOnlySpan<char> text, char end, out ulong number)
    {
        var length = text.IndexOf(end);
        if (length < 0 || !ulong.TryParse(text[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number))
        {
            number = 0;
            return false;
        }

        text = text[(length + 1)..];
        return true;
    }
}
