namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u64 aux_offset;
//     u64 aux_size;
//     u64 flags;
//     struct sample_id sample_id;
// };

/// <summary>New data in the AUX area: <c>PERF_RECORD_AUX</c>.</summary>
public readonly ref struct AuxRecord
{
    private const int BodySize = 24;

    private readonly RecordBody _body;

    private AuxRecord(RecordBody body) => _body = body;

    /// <summary>Where the data begins, counted from the AUX area's first byte ever.</summary>
    public ulong Offset => _body.U64(0);

    /// <summary>Its bytes.</summary>
    public ulong Length => _body.U64(8);

    /// <summary>What may be wrong with it.</summary>
    public AuxFlags Flags => (AuxFlags)_body.U64(16);

    internal static bool TryOf(PerfRecord record, out AuxRecord aux)
    {
        if (record.TryBody(RecordType.Aux, BodySize, out var body))
        {
            aux = new AuxRecord(body);
            return true;
        }

        aux = default;
        return false;
    }
}

/// <summary>What may be wrong with data of the AUX area: <c>PERF_AUX_FLAG_*</c>. Bits 8 to 15 are the PMU's format.</summary>
[Flags]
public enum AuxFlags : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It was cut to fit.</summary>
    Truncated = 1,

    /// <summary>A snapshot of an area that is written over.</summary>
    Overwrite = 2,

    /// <summary>It has gaps.</summary>
    Partial = 4,

    /// <summary>A sample collided with another.</summary>
    Collision = 8,
}
