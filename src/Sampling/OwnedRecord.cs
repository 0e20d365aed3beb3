using Perfmon.Sampling.Records;

namespace Perfmon.Sampling;

/// <summary>A record that can be kept: its bytes, with how to read them.</summary>
public class OwnedRecord
{
    private readonly byte[] _bytes;
    private readonly RecordFormat? _format;

    internal OwnedRecord(PerfRecord record)
    {
        _bytes = record.Bytes.ToArray();
        _format = record.Format;
    }

    /// <summary>The record, to be read by its type.</summary>
    public PerfRecord Record => PerfRecord.TryRead(_bytes, _format, out var record) ? record : default;

    /// <summary>What the record tells.</summary>
    public RecordType Type => Record.Type;

    /// <summary>When it was, in nanoseconds of the session's clock.</summary>
    public ulong Time => Record.TryGetTime(out var time) ? time : 0;
}
