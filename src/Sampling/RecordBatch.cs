using Perfmon.Sampling.Records;

namespace Perfmon.Sampling;

/// <summary>The records of a session that can be read now, for one <c>foreach</c>.</summary>
public ref struct RecordBatch
{
    private readonly SamplingSession _session;
    private PerfRecord _current;
    private bool _hasBegun;

    internal RecordBatch(SamplingSession session) => _session = session;

    /// <summary>The record. It is valid until the next one is asked for.</summary>
    public readonly PerfRecord Current => _current;

    /// <summary>This.</summary>
    public readonly RecordBatch GetEnumerator() => this;

    /// <summary>Goes to the next record: rounds over the rings are made for the first one only, so that a batch ends however many more come.</summary>
    public bool MoveNext()
    {
        var hasNext = _hasBegun ? _session.TryReadTaken(out _current) : _session.TryRead(out _current);
        _hasBegun = true;
        return hasNext;
    }
}
