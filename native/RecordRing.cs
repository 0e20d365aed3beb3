using Perfmon.Native.Abi;

namespace Perfmon.Native;

/// <summary>
/// An event's mapping with room for records, read a stretch at a time: all that the kernel has written at once, in place. It has no lock:
/// one reader at a time, who keeps it from being disposed meanwhile.
/// </summary>
internal sealed unsafe class RecordRing : IDisposable
{
    private readonly IPerfKernel _kernel;
    private readonly int _length;
    private readonly byte[] _scratch = new byte[ushort.MaxValue];
    private ulong _lastHead;
    private nint _address;

    private RecordRing(IPerfKernel kernel, int descriptor, nint address, int length, bool overwrites)
    {
        _kernel = kernel;
        _address = address;
        _length = length;
        Descriptor = descriptor;
        Overwrites = overwrites;
        Size = length - Environment.SystemPageSize;
    }

    /// <summary>The event that is mapped, which must outlive the ring.</summary>
    public int Descriptor { get; }

    /// <summary>Bytes of room for records.</summary>
    public int Size { get; }

    /// <summary>Whether the kernel writes over what was not read: it fills the ring from the end down (<c>write_backward</c>), and never waits.</summary>
    public bool Overwrites { get; }

    /// <summary>Bytes that wait to be read; of a ring that overwrites, those that were ever written since the last snapshot.</summary>
    public ulong Waiting
    {
        get
        {
            var head = Volatile.Read(ref Page->DataHead);
            return Overwrites ? _lastHead - head : head - Page->DataTail;
        }
    }

    private PerfEventMmapPage* Page => (PerfEventMmapPage*)_address;

    // SAFETY: mapped until disposed; the first page is PerfEventMmapPage, the others are the ring.
    private ReadOnlySpan<byte> Bytes => new((byte*)_address + Environment.SystemPageSize, Size);

    /// <param name="kernel">Whose event it is.</param>
    /// <param name="descriptor">The event, opened with <c>write_backward</c> where the ring <paramref name="overwrites"/>.</param>
    /// <param name="pages">Pages for records, a power of two.</param>
    /// <param name="overwrites">Whether the kernel may write over what was not read: it then does not look for a tail.</param>
    /// <param name="ring">The mapping.</param>
    public static KernelResult TryMap(IPerfKernel kernel, int descriptor, int pages, bool overwrites, out RecordRing? ring)
    {
        ring = null;
        var length = (pages + 1L) * Environment.SystemPageSize;
        if (length > int.MaxValue)
        {
            return KernelResult.Failure(Errno.ENOMEM);
        }

        var result = kernel.MapEvent(descriptor, (int)length, writable: !overwrites);
        ring = result.Failed ? null : new RecordRing(kernel, descriptor, (nint)result.Value, (int)length, overwrites);
        return result;
    }

    /// <summary>All that the kernel has written and nobody has read. It stays in the ring until <see cref="Release"/>.</summary>
    public RecordReader Read()
    {
        // Acquire: pairs with the kernel's write barrier between a record and the head behind it (perf_output_put_handle).
        var head = Volatile.Read(ref Page->DataHead);
        return new RecordReader(Bytes, Page->DataTail, head, _scratch);
    }

    /// <summary>Gives what was read back to the kernel, once for the whole stretch. What is corrupt is given back with it: it never becomes readable.</summary>
    public void Release(scoped in RecordReader reader)
    {
        // Release: the loads of the records are done before the kernel sees the room. Pairs with the kernel's full barrier between its load of
        // the tail and its stores to the ring (__perf_output_begin).
        Volatile.Write(ref Page->DataTail, reader.Position + (reader.IsCorrupt ? reader.Left : 0));
    }

    /// <summary>
    /// The records of a ring that overwrites, as long as its output is paused: newest first, those that are whole and were not in an earlier
    /// snapshot.
    /// </summary>
    public RecordReader ReadNewestFirst()
    {
        var head = Volatile.Read(ref Page->DataHead);

        // It grows downwards, so that from the head on there are the newest record, the one before it and so on, until where the head was last
        // or where the kernel has written over a record's end. Bytes never written are zero, which is no record either.
        var end = head + Math.Min(_lastHead - head, (ulong)Size);
        _lastHead = head;
        return new RecordReader(Bytes, head, end, _scratch);
    }

    /// <summary>What the kernel has written and nobody has read, in memory that stays when the ring goes.</summary>
    public byte[] CopyUnread()
    {
        var page = Page;
        var tail = page->DataTail;
        var waiting = Volatile.Read(ref page->DataHead) - tail;
        if (waiting > (ulong)Size)
        {
            return [];
        }

        var copy = new byte[waiting];
        var start = (int)(tail & (ulong)(Size - 1));
        var first = Math.Min(copy.Length, Size - start);
        Bytes.Slice(start, first).CopyTo(copy);
        Bytes[..(copy.Length - first)].CopyTo(copy.AsSpan(first));
        return copy;
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
