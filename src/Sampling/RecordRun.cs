namespace Perfmon.Sampling;

/// <summary>
/// Records of one ring, in the order of their times, that wait for those of the other rings. Its memory grows to the most that ever waited, and is used
/// again.
/// </summary>
internal sealed class RecordRun
{
    private const int FirstBytes = 16 * 1024;
    private const int FirstEntries = 256;

    private byte[] _bytes = new byte[FirstBytes];
    private byte[] _spareBytes = [];
    private Entry[] _entries = new Entry[FirstEntries];
    private int _usedBytes;
    private int _waitingBytes;
    private int _first;
    private int _end;

    /// <summary>Whether no record waits.</summary>
    public bool IsEmpty => _first == _end;

    /// <summary>The time of the first record.</summary>
    public ulong Time => _entries[_first].Time;

    /// <summary>
    /// Adds a record. A ring has its records nearly in order: one that an interrupt's handler writes comes before the one that it interrupted. Equal times
    /// keep their order.
    /// </summary>
    public void Add(ReadOnlySpan<byte> record, ulong time)
    {
        MakeRoom(record.Length);
        record.CopyTo(_bytes.AsSpan(_usedBytes));
        var place = _end;
        for (; place > _first && _entries[place - 1].Time > time; place--)
        {
            _entries[place] = _entries[place - 1];
        }

        _entries[place] = new Entry(time, _usedBytes, record.Length);
        _end++;
        _usedBytes += record.Length;
        _waitingBytes += record.Length;
    }

    /// <summary>Takes the first record. It is valid until the next one is added.</summary>
    public ReadOnlySpan<byte> Take(out ulong time)
    {
        var entry = _entries[_first++];
        time = entry.Time;
        _waitingBytes -= entry.Length;
        return _bytes.AsSpan(entry.Offset, entry.Length);
    }

    private void MakeRoom(int length)
    {
        if (IsEmpty)
        {
            _first = _end = _usedBytes = 0;
        }

        if (_end == _entries.Length)
        {
            MakeRoomForEntry();
        }

        if (_usedBytes + length > _bytes.Length)
        {
            MakeRoomForBytes(length);
        }
    }

    private void MakeRoomForEntry()
    {
        var waiting = _end - _first;
        var destination = waiting > _entries.Length / 2 ? new Entry[_entries.Length * 2] : _entries;
        Array.Copy(_entries, _first, destination, 0, waiting);
        _entries = destination;
        (_first, _end) = (0, waiting);
    }

    // What waits moves to the other half: once for as many bytes as come in, so that a record is moved seldom.
    private void MakeRoomForBytes(int length)
    {
        var needed = Math.Max(_bytes.Length, 2L * (_waitingBytes + length));
        var destination = needed > _bytes.Length ? new byte[checked((int)Math.Max(needed, 2L * _bytes.Length))]
            : _spareBytes.Length == _bytes.Length ? _spareBytes
            : new byte[_bytes.Length];
        var used = 0;
        for (var i = _first; i < _end; i++)
        {
            ref var entry = ref _entries[i];
            _bytes.AsSpan(entry.Offset, entry.Length).CopyTo(destination.AsSpan(used));
            entry = entry with { Offset = used };
            used += entry.Length;
        }

        (_spareBytes, _bytes) = (_bytes, destination);
        _usedBytes = used;
    }

    private readonly record struct Entry(ulong Time, int Offset, int Length);
}
