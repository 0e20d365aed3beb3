namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u64 time;
//     u64 id;
//     u64 stream_id;
//     struct sample_id sample_id;
// };

/// <summary>
/// An event held back until the next tick because it overflowed too often, or the end of that: <c>PERF_RECORD_THROTTLE</c>,
/// <c>PERF_RECORD_UNTHROTTLE</c>.
/// </summary>
public readonly ref struct ThrottleRecord
{
    private const int BodySize = 24;

    private readonly RecordBody _body;

    private ThrottleRecord(RecordBody body, bool begins)
    {
        _body = body;
        Begins = begins;
    }

    /// <summary>Whether the event is held back from now on.</summary>
    public bool Begins { get; }

    /// <summary>When, in nanoseconds of the event's clock.</summary>
    public ulong Time => _body.U64(0);

    /// <summary>The event.</summary>
    public ulong Id => _body.U64(8);

    /// <summary>The very event, which may have inherited.</summary>
    public ulong StreamId => _body.U64(16);

    internal static bool TryOf(PerfRecord record, out ThrottleRecord throttle)
    {
        var begins = record.Type == RecordType.Throttle;
        if (record.TryBody(begins ? RecordType.Throttle : RecordType.Unthrottle, BodySize, out var body))
        {
            throttle = new ThrottleRecord(body, begins);
            return true;
        }

        throttle = default;
        return false;
    }
}
