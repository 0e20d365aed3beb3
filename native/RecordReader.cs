using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Native;

/// <summary>
/// The records of a stretch of a ring, oldest first, each where it lies. Only one that goes beyond the end of the ring is put together elsewhere. It
/// reads what the kernel does not write meanwhile, and never beyond it, whatever the bytes say.
/// </summary>
internal ref struct RecordReader
{
    private const int HeaderSize = 8;

    private readonly ReadOnlySpan<byte> _ring;
    private readonly Span<byte> _scratch;
    private readonly ulong _mask;
    private readonly ulong _head;

    /// <param name="ring">The whole ring; its length is a power of two.</param>
    /// <param name="tail">Where the first record begins: bytes that ever went through the ring.</param>
    /// <param name="head">Where the last record ends.</param>
    /// <param name="scratch">Room for the largest record, <see cref="ushort.MaxValue"/> bytes.</param>
    public RecordReader(ReadOnlySpan<byte> ring, ulong tail, ulong head, Span<byte> scratch)
        : this(ring, tail, head, scratch, (ulong)ring.Length - 1)
    {
    }

    private RecordReader(ReadOnlySpan<byte> ring, ulong tail, ulong head, Span<byte> scratch, ulong mask)
    {
        _ring = ring;
        _scratch = scratch;
        _mask = mask;
        _head = head;
        Position = tail;

        // Nobody but the kernel writes the head, and it keeps within a ring's length of the tail.
        IsCorrupt = head - tail > (ulong)ring.Length;
    }

    /// <summary>Where the next record begins.</summary>
    public ulong Position { get; private set; }

    /// <summary>Whether what stands at <see cref="Position"/> is no record. There are no more records then.</summary>
    public bool IsCorrupt { get; private set; }

    /// <summary>Bytes that are left: 0 at the end, unless it is corrupt.</summary>
    public readonly ulong Left => _head - Position;

    /// <summary>The records of a copy of a stretch, which does not go round.</summary>
    public static RecordReader Of(ReadOnlySpan<byte> records) => new(records, 0, (ulong)records.Length, default, ulong.MaxValue);

    /// <summary>Gives the next record, its header included.</summary>
    /// <param name="record">Valid until the next call, and until the stretch is given back to the kernel.</param>
    public bool TryNext(out ReadOnlySpan<byte> record)
    {
        record = default;
        if (IsCorrupt || Left == 0)
        {
            return false;
        }

        // The kernel's records and a ring's length are multiples of 8: a header never goes beyond the end.
        var start = (int)(Position & _mask);
        if (_ring.Length - start < HeaderSize)
        {
            return End();
        }

        // Read once: what is checked is what is used.
        int size = MemoryMarshal.Read<PerfEventHeader>(_ring.Slice(start, HeaderSize)).Size;
        if (size < HeaderSize || size % HeaderSize != 0 || (ulong)size > Left)
        {
            return End();
        }

        Position += (ulong)size;
        record = start + size <= _ring.Length ? _ring.Slice(start, size) : Stitch(start, size);
        return true;
    }

    // The one place where a record is in two parts.
    private readonly ReadOnlySpan<byte> Stitch(int start, int size)
    {
        var first = _ring[start..];
        first.CopyTo(_scratch);
        _ring[..(size - first.Length)].CopyTo(_scratch[first.Length..]);
        return _scratch[..size];
    }

    private bool End()
    {
        IsCorrupt = true;
        return false;
    }
}
