using System.Buffers.Binary;
using Perfmon.Diagnostics;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sampling.Formats;

/// <summary>
/// perfmon's <c>default</c> sampling format: one linear buffer, with its header and an entry for each PMD that overflowed, which is read in place. When there may be no room for
/// one more entry, counting is masked and a message is sent; the restart begins the buffer anew.
/// </summary>
/// <remarks>
/// Layouts, little endian. Header, <c>pfm_dfl_smpl_hdr</c>, 128 bytes: 0 count u64, 8 cur_offs u64, 16 overflows u64, 24 buf_size u64, 32 min_buf_space u64, 40 version u32,
/// 44 buf_flags u32, reserved. Entry, <c>pfm_dfl_smpl_entry</c>, 40 bytes: 0 pid u32 (the thread), 4 ovfl_pmd u16, 6 reserved, 8 last_reset_val u64, 16 ip u64, 24 tstamp u64 ns,
/// 32 cpu u16, 34 set u16, 36 tgid u32; then a u64 for each of the PMD's <c>smpl_pmds</c>, in increasing order.
/// </remarks>
public sealed class DefaultFormat : ISamplingFormat
{
    /// <summary>The name by which sessions ask for it.</summary>
    public const string Name = "default";

    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 128;

    /// <summary>Bytes of an entry without sampled values.</summary>
    public const int EntrySize = 40;

    /// <summary>The version in the header.</summary>
    public const uint Version = 0x10000;

    // Woken up as often in a buffer, so that it is not full for long before somebody looks.
    private const int WakeupsInBuffer = 8;

    private readonly byte[] _buffer;

    /// <param name="size">Bytes of the buffer, header included: at least 128 + 40 + 8 for each of a session's PMDs, whose number is <see cref="RegisterSpace.Count"/>.</param>
    /// <param name="flags"><c>buf_flags</c>, which are kept in the header and mean nothing.</param>
    /// <exception cref="PerfmonException">The buffer is too small.</exception>
    public DefaultFormat(int size, uint flags = 0)
    {
        if (size < SmallestBuffer)
        {
            throw OverflowErrors.BufferTooSmall(size, SmallestBuffer);
        }

        _buffer = GC.AllocateUninitializedArray<byte>(size);
        _buffer.AsSpan(0, HeaderSize).Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(24), (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(32), (ulong)MostEntryBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(40), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(44), flags);
        Offset = HeaderSize;
    }

    /// <summary>Bytes of the smallest buffer: room for the largest entry.</summary>
    public static int SmallestBuffer => HeaderSize + MostEntryBytes;

    private static int MostEntryBytes => EntrySize + (sizeof(ulong) * RegisterSpace.Count);

    /// <inheritdoc/>
    public int WakeupEvents => Math.Max(1, (_buffer.Length - HeaderSize) / EntrySize / WakeupsInBuffer);

    /// <summary>The whole buffer: the header, and <c>count</c> entries up to <c>cur_offs</c>. What is in it stays until a restart, also after the session's end.</summary>
    public ReadOnlyMemory<byte> Buffer => _buffer;

    /// <summary>Entries in the buffer.</summary>
    public ulong Count
    {
        get => BinaryPrimitives.ReadUInt64LittleEndian(_buffer);
        private set => BinaryPrimitives.WriteUInt64LittleEndian(_buffer, value);
    }

    /// <summary>How often the buffer was full.</summary>
    public ulong Overflows
    {
        get => BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(16));
        private set => BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(16), value);
    }

    private int Offset
    {
        get => (int)BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(8));
        set => BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(8), (ulong)value);
    }

    /// <inheritdoc/>
    public OverflowActions Handle(in OverflowSample sample)
    {
        var size = EntrySize + (sizeof(ulong) * sample.Values.Length);
        if (_buffer.Length - Offset < size)
        {
            // A second PMD of an overflow after which the buffer was full.
            return OverflowActions.Notify | OverflowActions.Mask;
        }

        var entry = _buffer.AsSpan(Offset, size);
        BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)sample.ThreadId);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], (ushort)sample.Pmd);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], sample.LastReset);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], sample.Ip);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], sample.Time);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[32..], (ushort)sample.Cpu);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[34..], sample.Set);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[36..], (uint)sample.ProcessId);
        for (var i = 0; i < sample.Values.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry[(EntrySize + (sizeof(ulong) * i))..], sample.Values[i]);
        }

        Offset += size;
        Count++;
        if (_buffer.Length - Offset >= MostEntryBytes)
        {
            return OverflowActions.Reset;
        }

        Overflows++;
        return OverflowActions.Notify | OverflowActions.Mask;
    }

    /// <inheritdoc/>
    public void Restart()
    {
        Count = 0;
        Offset = HeaderSize;
    }
}
