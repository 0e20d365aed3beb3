namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u32 pid;
//     u32 tid;
//     struct sample_id sample_id;
// };

/// <summary>The start of an instruction trace: <c>PERF_RECORD_ITRACE_START</c>.</summary>
public readonly ref struct ItraceStartRecord
{
    private readonly RecordBody _body;

    private ItraceStartRecord(RecordBody body) => _body = body;

    /// <summary>The process traced.</summary>
    public int Pid => _body.I32(0);

    /// <summary>The thread traced.</summary>
    public int Tid => _body.I32(4);

    internal static bool TryOf(PerfRecord record, out ItraceStartRecord start)
    {
        if (record.TryBody(RecordType.ItraceStart, 2 * sizeof(int), out var body))
        {
            start = new ItraceStartRecord(body);
            return true;
        }

        start = default;
        return false;
    }
}
