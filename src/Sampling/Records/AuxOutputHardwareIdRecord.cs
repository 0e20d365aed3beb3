namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u64 hw_id;
//     struct sample_id sample_id;
// };

/// <summary>What the hardware calls the record's event in AUX data: <c>PERF_RECORD_AUX_OUTPUT_HW_ID</c>.</summary>
public readonly ref struct AuxOutputHardwareIdRecord
{
    private readonly RecordBody _body;

    private AuxOutputHardwareIdRecord(RecordBody body) => _body = body;

    /// <summary>The architecture's own id.</summary>
    public ulong HardwareId => _body.U64(0);

    internal static bool TryOf(PerfRecord record, out AuxOutputHardwareIdRecord id)
    {
        if (record.TryBody(RecordType.AuxOutputHardwareId, sizeof(ulong), out var body))
        {
            id = new AuxOutputHardwareIdRecord(body);
            return true;
        }

        id = default;
        return false;
    }
}
