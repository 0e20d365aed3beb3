using System.Runtime.InteropServices;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling.PerfData;

/// <summary>Takes one record after the other from a stream, in a buffer that does not grow: the largest record has 64 KiB.</summary>
internal sealed class RecordStream(Stream stream, long position, long length)
{
    private const int BufferSize = 256 << 10;

    private readonly byte[] _buffer = new byte[BufferSize];
    private long _left = length;
    private int _start;
    private int _end;

    /// <summary>Bytes from the file's begin to the record that comes next.</summary>
    public long Position { get; private set; } = position;

    /// <summary>Bytes that are left over behind the last whole record.</summary>
    public int Rest => _end - _start;

    /// <summary>How many bytes the stream should have given and has not.</summary>
    public long Missing { get; private set; }

    /// <summary>The next record; it lies there until the next call.</summary>
    /// <returns>False at the end, and where <see cref="Rest"/> bytes are none.</returns>
    public bool TryTake(out ReadOnlyMemory<byte> record)
    {
        record = default;
        if (!Fill(PerfRecord.HeaderSize))
        {
            return false;
        }

        var size = MemoryMarshal.Read<ushort>(_buffer.AsSpan(_start + 6));
        if (size < PerfRecord.HeaderSize || !Fill(size))
        {
            return false;
        }

        record = _buffer.AsMemory(_start, size);
        _start += size;
        Position += size;
        return true;
    }

    /// <summary>Takes bytes that are no record, and throws them away.</summary>
    /// <returns>How many there were.</returns>
    public ulong Skip(ulong count)
    {
        var skipped = 0UL;
        while (skipped < count && Fill(1))
        {
            var some = (int)Math.Min((ulong)(_end - _start), count - skipped);
            _start += some;
            Position += some;
            skipped += (ulong)some;
        }

        return skipped;
    }

    /// <summary>Takes bytes that are no record.</summary>
    /// <returns>False where there are fewer; they stay.</returns>
    public bool TryTakeBytes(int count, out ReadOnlyMemory<byte> bytes)
    {
        if (!Fill(count))
        {
            bytes = default;
            return false;
        }

        bytes = _buffer.AsMemory(_start, count);
        _start += count;
        Position += count;
        return true;
    }

    private bool Fill(int count)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < count && _left > 0)
        {
            var read = stream.Read(_buffer, _end, (int)Math.Min(_buffer.Length - _end, _left));
            if (read == 0)
            {
                Missing = _left == long.MaxValue ? 0 : _left;
                _left = 0;
                break;
            }

            _end += read;
            _left -= _left == long.MaxValue ? 0 : read;
        }

        return _end >= count;
    }
}
