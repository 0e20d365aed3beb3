namespace Perfmon.Sampling.PerfData;

/// <summary>
/// Puts records in the order of their times. Rings are read one after the other, so a round's records are in no order, and of what came in one round older
/// records may come in the next, but not in the one after: at the end of a round all is due that is not newer than what the round before had.
/// </summary>
internal sealed class TimeOrder(int mostBytes)
{
    private readonly List<Entry> _entries = [];
    private byte[] _bytes = [];
    private int _used;

    // Entries before this are given; those before _due are in order and due.
    private int _next;
    private int _due;
    private ulong _newest;
    private ulong _newestOfRoundBefore;
    private ulong _given;
    private ulong _sequence;

    /// <summary>Records that came later than newer ones were given.</summary>
    public long Late { get; private set; }

    /// <summary>Whether rounds were so long that records had to be given before the end of one.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Keeps a copy of a record. Only while none is due.</summary>
    public void Add(ulong time, ReadOnlySpan<byte> record)
    {
        if (_used > 0 && _used + record.Length > mostBytes)
        {
            // The older half: what comes is rather newer.
            HasOverflowed = true;
            MakeDue(ulong.MaxValue, (_entries.Count + 1) / 2);
        }

        if (_bytes.Length - _used < record.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Math.Max(2 * _bytes.Length, 4096), _used + record.Length));
        }

        record.CopyTo(_bytes.AsSpan(_used));
        _entries.Add(new Entry(time, _sequence++, _used, record.Length));
        _used += record.Length;
        _newest = Math.Max(_newest, time);
        Late += time < _given ? 1 : 0;
    }

    /// <summary>The end of a round.</summary>
    public void FinishRound()
    {
        MakeDue(_newestOfRoundBefore, _entries.Count);
        _newestOfRoundBefore = _newest;
    }

    /// <summary>Whether the file has ended.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The end of the file: all is due.</summary>
    public void Finish()
    {
        IsFinished = true;
        MakeDue(ulong.MaxValue, _entries.Count);
    }

    /// <summary>The next record that is due; it lies there until the next call.</summary>
    public bool TryTake(out ReadOnlySpan<byte> record)
    {
        if (_next < _due)
        {
            var entry = _entries[_next++];
            _given = Math.Max(_given, entry.Time);
            record = _bytes.AsSpan(entry.Offset, entry.Length);
            return true;
        }

        if (_due > 0)
        {
            Compact();
        }

        record = default;
        return false;
    }

    private void MakeDue(ulong newest, int most)
    {
        _entries.Sort();
        while (_due < most && _entries[_due].Time <= newest)
        {
            _due++;
        }
    }

    // What is left keeps its order, so no copy goes over what has still to be copied once it is in the order of its offsets.
    private void Compact()
    {
        _entries.RemoveRange(0, _due);
        _next = _due = 0;
        _entries.Sort((one, other) => one.Offset.CompareTo(other.Offset));
        _used = 0;
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            _bytes.AsSpan(entry.Offset, entry.Length).CopyTo(_bytes.AsSpan(_used));
            _entries[i] = entry with { Offset = _used };
            _used += entry.Length;
        }
    }

    private readonly record struct Entry(ulong Time, ulong Sequence, int Offset, int Length) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => Time != other.Time ? Time.CompareTo(other.Time) : Sequence.CompareTo(other.Sequence);
    }
}
