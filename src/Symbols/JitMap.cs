using System.Buffers.Text;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Perfmon.Symbols;

/// <summary>
/// A perf map: lines of <c>START SIZE NAME</c>, numbers in hexadecimal, that a just-in-time compiler adds to as it goes. A later line
/// takes the place of those it overlaps: their memory was used again. Names stay in the file until they are asked for.
/// </summary>
internal sealed class JitMap(SafeFileHandle file) : IDisposable
{
    // What is read at a time, and more than any line has; a longer one is passed over.
    private const int ChunkSize = 1 << 20;

    private List<JitMethod> _entries = [];
    private long _position;
    private bool _isSkippingLine;
    private bool _wasRewritten;
    private int _lines;

    /// <summary>Reads what was added to the file. False: nothing.</summary>
    /// <param name="hasReplaced">Whether methods that were known before are there no longer.</param>
    public bool Refresh(out bool hasReplaced)
    {
        hasReplaced = false;
        var length = RandomAccess.GetLength(file);
        if (length == _position && !_wasRewritten)
        {
            return false;
        }

        if (length < _position || _wasRewritten)
        {
            // Written anew from its start: by another process of the same id, or by the same one, switched on again.
            _entries = [];
            _position = 0;
            _isSkippingLine = false;
            _wasRewritten = false;
            hasReplaced = true;
        }

        var before = _entries.Count;
        var known = _lines;
        ReadTo(length);
        if (_lines == known)
        {
            return hasReplaced;
        }

        var all = _entries.Count;
        _entries = JitMethod.InPlace(_entries);
        // Every line adds one; what is missing was overlapped.
        hasReplaced |= before > 0 && _entries.Count < all;
        return true;
    }

    /// <summary>The method that covers <paramref name="address"/>.</summary>
    public bool TryFind(ulong address, out ulong start, out string name)
    {
        (start, name) = (0, "");
        var index = LastStartingUpTo(address);
        if (index < 0 || address - _entries[index].Start >= _entries[index].Size)
        {
            return false;
        }

        (start, name) = (_entries[index].Start, NameOf(_entries[index]));
        return name.Length > 0;
    }

    public void Dispose() => file.Dispose();

    // Empty where the line is there no longer: the file was written anew, which the next refresh notices.
    private string NameOf(in JitMethod entry)
    {
        var line = new byte[entry.LineLength];
        if (Read(line, entry.LinePosition) == line.Length
            && TryParse(line, entry.LinePosition, out var now)
            && now with { Line = entry.Line } == entry)
        {
            return Encoding.UTF8.GetString(line.AsSpan(entry.LineLength - entry.NameLength));
        }

        _wasRewritten = true;
        return "";
    }

    private void ReadTo(long length)
    {
        var chunk = new byte[Math.Min(ChunkSize, length - _position)];
        while (_position < length)
        {
            var read = Read(chunk.AsSpan(0, (int)Math.Min(chunk.Length, length - _position)), _position);
            var end = chunk.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (end < 0)
            {
                // No end in sight: the line is being written, unless it is longer than any.
                if (read < ChunkSize)
                {
                    return;
                }

                _isSkippingLine = true;
                _position += read;
                continue;
            }

            Parse(chunk.AsSpan(0, end + 1));
            _position += end + 1;
        }
    }

    // A file system that fails is one without the rest of the file.
    private int Read(Span<byte> bytes, long position)
    {
        try
        {
            return RandomAccess.Read(file, bytes, position);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void Parse(ReadOnlySpan<byte> text)
    {
        var position = _position;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = text[..end];
            if (!_isSkippingLine && TryParse(line.TrimEnd((byte)'\r'), position, out var entry))
            {
                _entries.Add(entry);
                _lines++;
            }

            _isSkippingLine = false;
            position += end + 1;
            text = text[(end + 1)..];
        }
    }

    private bool TryParse(ReadOnlySpan<byte> line, long position, out JitMethod entry)
    {
        entry = default;
        if (!TryHex(line, out var start, out var afterStart) || !TryHex(line[afterStart..], out var size, out var afterSize))
        {
            return false;
        }

        var name = afterStart + afterSize;
        entry = new(start, size, position, line.Length, line.Length - name, _lines);
        return name < line.Length && size > 0 && start + size >= start;
    }

    // A number with the space behind it; some writers put 0x before it.
    private static bool TryHex(ReadOnlySpan<byte> text, out ulong value, out int length)
    {
        var prefix = text.StartsWith("0x"u8) || text.StartsWith("0X"u8) ? 2 : 0;
        var isNumber = Utf8Parser.TryParse(text[prefix..], out value, out var digits, 'x');
        length = prefix + digits + 1;
        return isNumber && length <= text.Length && text[length - 1] == (byte)' ';
    }

    private int LastStartingUpTo(ulong address)
    {
        var low = 0;
        var high = _entries.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
