using System.Runtime.InteropServices;
using Perfmon.Native.Zstd;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling.PerfData;

/// <summary>
/// The records in <c>PERF_RECORD_COMPRESSED</c> and <c>PERF_RECORD_COMPRESSED2</c>: pieces of one stream of zstd for the whole file. A record may begin in one
/// piece and end in the next.
/// </summary>
internal sealed class CompressedRecords : IDisposable
{
    private const int BufferSize = 256 << 10;

    private readonly ZstdDecompressor? _zstd;
    private byte[] _buffer = [];
    private ReadOnlyMemory<byte> _input;
    private bool _mayHaveMore;
    private int _start;
    private int _end;

    /// <param name="windowLog">See <see cref="ZstdDecompressor.Create"/>.</param>
    public CompressedRecords(int windowLog) => _zstd = ZstdDecompressor.Create(windowLog);

    /// <summary>Whether there is something to decompress with.</summary>
    public bool IsAvailable => _zstd is not null;

    /// <summary>What is wrong with the stream, which then ends.</summary>
    public string? Error { get; private set; }

    /// <summary>Bytes of a record whose end has not come.</summary>
    public int Rest => _end - _start;

    /// <summary>The next piece; it has to lie there until <see cref="TryTake"/> answers false.</summary>
    public void Feed(ReadOnlyMemory<byte> piece)
    {
        _input = piece;
        _mayHaveMore = true;
        if (_buffer.Length == 0)
        {
            _buffer = new byte[BufferSize];
        }
    }

    /// <summary>The next record; it lies there until the next call.</summary>
    public bool TryTake(out ReadOnlySpan<byte> record)
    {
        for (; ; )
        {
            var rest = _buffer.AsSpan(_start.._end);
            if (rest.Length >= PerfRecord.HeaderSize)
            {
                var size = MemoryMarshal.Read<ushort>(rest[6..]);
                if (size < PerfRecord.HeaderSize)
                {
                    Fail($"a record of {size} bytes");
                }
                else if (size <= rest.Length)
                {
                    record = rest[..size];
                    _start += size;
                    return true;
                }
            }

            if (!Decompress())
            {
                record = default;
                return false;
            }
        }
    }

    public void Dispose() => _zstd?.Dispose();

    private bool Decompress()
    {
        if (Error is not null || !_mayHaveMore)
        {
            return false;
        }

        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        var error = _zstd!.Continue(_input.Span, _buffer.AsSpan(_end), out var read, out var written);
        if (error is not null)
        {
            Fail(error);
            return false;
        }

        _input = _input[read..];
        _end += written;

        // A full output may not be all; one with room is.
        _mayHaveMore = !_input.IsEmpty || _end == _buffer.Length;
        if (read == 0 && written == 0 && _mayHaveMore)
        {
            Fail("no progress");
        }

        return true;
    }

    private void Fail(string error)
    {
        Error = error;
        _mayHaveMore = false;
        _start = _end;
    }
}
