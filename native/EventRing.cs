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
    private readonly nint _records;
    private readonly ulong _mask;
    private nint _address;

    private EventRing(IPerfKernel kernel, nint address, int length)
    {
        _kernel = kernel;
        _address = address;
        _length = length;
        _records = address + Environment.SystemPageSize;
        _mask = (ulong)(length - Environment.SystemPageSize - 1);
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

    /// <summary>How many bytes of records the kernel has written, those that were taken included.</summary>
    public ulong Written => Volatile.Read(ref ((PerfEventMmapPage*)_address)->DataHead);

    /// <summary>How many of them were taken.</summary>
    public ulong Taken => ((PerfEventMmapPage*)_address)->DataTail;

    /// <summary>Takes the oldest record out of the ring, if there is one: as many of its words as there is room for.</summary>
    public bool TryTake(Span<ulong> record, out PerfEventHeader header)
    {
        var page = (PerfEventMmapPage*)_address;
        var tail = page->DataTail;

        // Pairs with the kernel's write barrier between a record and the head behind it.
        if (Volatile.Read(ref page->DataHead) == tail)
        {
            header = default;
            return false;
        }

        // Records are whole words: the ring may end between two of one. Copied so, because they are few and a call of a copy costs more.
        // SAFETY: the ring is mapped until disposed, and positions are taken modulo its size. A header is one word.
        header = *(PerfEventHeader*)(_records + (nint)(tail & _mask));
        var words = Math.Min(record.Length, header.Size / sizeof(ulong));
        for (var i = 0; i < words; i++)
        {
            record[i] = *(ulong*)(_records + (nint)((tail + ((ulong)i * sizeof(ulong))) & _mask));
        }

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
}
