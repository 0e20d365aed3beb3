namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u64 id;
//     u64 lost;
//     struct sample_id sample_id;
// };

/// <summary>Records that had no room in the ring: <c>PERF_RECORD_LOST</c>.</summary>
public readonly ref struct LostRecord
{
    private const int BodySize = 16;

    private readonly RecordBody _body;

    private LostRecord(RecordBody body) => _body = body;

    /// <summary>The id of the event that wrote this, which need not be the one whose records were lost: a ring may be of several.</summary>
    public ulong Id => _body.U64(0);

    /// <summary>How many.</summary>
    public ulong Lost => _body.U64(8);

    internal static bool TryOf(PerfRecord record, out LostRecord lost)
    {
        if (record.TryBody(RecordType.Lost, BodySize, out var body))
        {
            lost = new LostRecord(body);
            return true;
        }

        lost = default;
        return false;
    }
}
