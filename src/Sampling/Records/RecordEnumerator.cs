namespace Perfmon.Sampling.Records;

/// <summary>Goes from record to record; ends before the first that is not whole.</summary>
public ref struct RecordEnumerator
{
    private readonly RecordFormats _formats;
    private ReadOnlySpan<byte> _rest;
    private PerfRecord _current;

    internal RecordEnumerator(RecordFormats formats, ReadOnlySpan<byte> bytes)
    {
        _formats = formats;
        _rest = bytes;
    }

    /// <summary>The record.</summary>
    public readonly PerfRecord Current => _current;

    /// <summary>What lies behind it. When there is no next record this is empty, or begins with what is none.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>This.</summary>
    public readonly RecordEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next record.</summary>
    public bool MoveNext()
    {
        if (!_formats.TryRead(_rest, out _current))
        {
            return false;
        }

        _rest = _rest[_current.Size..];
        return true;
    }
}
