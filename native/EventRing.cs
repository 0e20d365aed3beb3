using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Native;

/// <summary>
/// An event's mapping with room for records: the control page, and behind it a ring of bytes that the kernel writes and the one reader
/// takes from.
/// </summary>
internal sealed unsafe class EventRing : IDisposable
{
    private readonly IPerfKernel _kernel;
    private readonly int _length;
    private readonly uint _size;
    private nint _address;

    private EventRing(IPerfKernel kernel, nint address, int length)
    {
        _kernel = kernel;
        _address = address;
        _length = length;
        _size = (uint)(length - Environment.SystemPageSize);
    }

    /// <param name="kernel">Whose event it is.</param>
    /// <param name="descriptor">The event.</param>
    /// <param name="pages">Pages for records, a power of two.</param>
    /// <param name="ring">The mapping.</param>
    public static KernelResult TryMap(IPerfKernel kernel, int descriptor, int pages, out EventRing? ring)
    {
        var length = (pages + 1) * Environment.SystemPageSize;
        var result = kernel.MapEvent(descriptor, length, writable: true);
        ring = result.Failed ? null : new EventRing(kernel, (nint)result.Value, length);
        return result;
    }

    /// <summary>Takes the oldest record out of the ring, if there is one: as much of it as there is room for.</summary>
    public bool TryTake(Span<byte> record, out PerfEventHeader header)
    {
        header = default;
        var page = (PerfEventMmapPage*)_address;
        var tail = page->DataTail;

        // Pairs with the kernel's write barrier between a record and the head behind it.
        if (Volatile.Read(ref page->DataHead) == tail)
        {
            return false;
        }

        var bytes = MemoryMarshal.AsBytes(new Span<PerfEventHeader>(ref header));
        Copy(tail, bytes);
        Copy(tail, record[..Math.Min(record.Length, header.Size)]);

        // The kernel writes over what is before the tail: it moves when all has been read.
        Volatile.Write(ref page->DataTail, tail + header.Size);
        return true;
    }

    public void Dispose()
    {
        if (_address != 0)
        {
            _ = _kernel.Unmap(_address, _length);
            _address = 0;
        }
    }

    // SAFETY: the ring is mapped until disposed, positions are taken modulo its size, and a copy is cut where the ring ends.
    private void Copy(ulong position, Span<byte> destination)
    {
        var start = (int)(position & (_size - 1));
        var ring = new ReadOnlySpan<byte>((byte*)_address + Environment.SystemPageSize, (int)_size);
        var first = Math.Min(destination.Length, ring.Length - start);
        ring.Slice(start, first).CopyTo(destination);
        ring[..(destination.Length - first)].CopyTo(destination[first..]);
    }
}
