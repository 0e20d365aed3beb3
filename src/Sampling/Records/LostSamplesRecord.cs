namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u64 lost;
//     struct sample_id sample_id;
// };

/// <summary>Samples that were dropped before they were records: <c>PERF_RECORD_LOST_SAMPLES</c>.</summary>
public readonly ref struct LostSamplesRecord
{
    private readonly RecordBody _body;

    private LostSamplesRecord(RecordBody body) => _body = body;

    /// <summary>How many.</summary>
    public ulong Lost => _body.U64(0);

    internal static bool TryOf(PerfRecord record, out LostSamplesRecord lost)
    {
        if (record.TryBody(RecordType.LostSamples, sizeof(ulong), out var body))
        {
            lost = new LostSamplesRecord(body);
            return true;
        }

        lost = default;
        return false;
    }
}
