namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u64 id;
//     char path[];
//     struct sample_id sample_id;
// };

/// <summary>A cgroup that was made: <c>PERF_RECORD_CGROUP</c>.</summary>
public readonly ref struct CgroupRecord
{
    private readonly RecordBody _body;

    private CgroupRecord(RecordBody body) => _body = body;

    /// <summary>Its id, which samples may carry.</summary>
    public ulong Id => _body.U64(0);

    /// <summary>Its path below the root of all cgroups.</summary>
    public ReadOnlySpan<byte> Path => _body.Text(sizeof(ulong));

    internal static bool TryOf(PerfRecord record, out CgroupRecord cgroup)
    {
        if (record.TryBody(RecordType.Cgroup, sizeof(ulong), out var body))
        {
            cgroup = new CgroupRecord(body);
            return true;
        }

        cgroup = default;
        return false;
    }
}
