namespace Perfmon.Sampling;

/// <summary>
/// Puts the records of several rings into one order of time, by rounds. A round takes what every ring has. A record that is not in a ring when its round
/// comes can be older than one that was taken from another ring in the same round, but not older than all of the round before: what was taken up to then
/// is complete once the next round is over. So a record waits for one round, and never longer.
/// </summary>
/// <param name="runs">The records of each ring.</param>
internal sealed class RecordMerge(RecordRun[] runs)
{
    private readonly PriorityQueue<int, Place> _others = new(runs.Length);
    private int _current = -1;
    private ulong _newest;
    private ulong _newestBefore;
    private ulong _lastTaken;
    private bool _isFinal;

    /// <summary>Records that came out after newer ones: the kernel took longer to write them than a round.</summary>
    public ulong OutOfOrder { get; private set; }

    /// <summary>Whether no record waits for a round.</summary>
    public bool IsEmpty => Array.TrueForAll(runs, run => run.IsEmpty);

    /// <summary>Whether <see cref="TryTake"/> would give one.</summary>
    public bool IsReady => Next() is >= 0 and var ring && (_isFinal || runs[ring].Time <= _newestBefore);

    /// <summary>Adds a record of the round that goes on.</summary>
    public void Add(int ring, ReadOnlySpan<byte> record, ulong time)
    {
        runs[ring].Add(record, time);
        _newest = Math.Max(_newest, time);
    }

    /// <summary>Begins a round.</summary>
    public void BeginRound() => _newestBefore = _newest;

    /// <summary>Ends a round.</summary>
    /// <param name="isFinal">Whether nothing more can come, so that everything is complete.</param>
    public void EndRound(bool isFinal)
    {
        _isFinal |= isFinal;
        _others.Clear();
        _current = -1;
        for (var ring = 0; ring < runs.Length; ring++)
        {
            if (!runs[ring].IsEmpty)
            {
                _others.Enqueue(ring, new Place(runs[ring].Time, ring));
            }
        }
    }

    /// <summary>Takes the oldest record that nothing older can come before.</summary>
    /// <param name="record">Valid until the next round begins.</param>
    /// <param name="ring">Its ring.</param>
    public bool TryTake(out ReadOnlySpan<byte> record, out int ring)
    {
        record = default;
        ring = Next();
        if (ring < 0 || !(_isFinal || runs[ring].Time <= _newestBefore))
        {
            return false;
        }

        record = runs[ring].Take(out var time);
        OutOfOrder += time < _lastTaken ? 1UL : 0;
        _lastTaken = Math.Max(_lastTaken, time);
        return true;
    }

    // The ring whose first record is the oldest. It stays the current one for as long as it is, which costs one comparison a record.
    private int Next()
    {
        if (_current >= 0 && runs[_current].IsEmpty)
        {
            _current = -1;
        }

        if (_others.TryPeek(out var other, out var place))
        {
            if (_current < 0)
            {
                _current = _others.Dequeue();
            }
            else if (place.CompareTo(new Place(runs[_current].Time, _current)) < 0)
            {
                _ = _others.DequeueEnqueue(_current, new Place(runs[_current].Time, _current));
                _current = other;
            }
        }

        return _current;
    }

    // Equal times: the ring with the lower number.
    private readonly record struct Place(ulong Time, int Ring) : IComparable<Place>
    {
        public int CompareTo(Place other) => Time != other.Time ? Time.CompareTo(other.Time) : Ring.CompareTo(other.Ring);
    }
}
