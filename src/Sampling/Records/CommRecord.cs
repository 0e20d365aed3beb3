using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u32 pid, tid;
//     char comm[];
//     struct sample_id sample_id;
// };

/// <summary>A thread's new name: <c>PERF_RECORD_COMM</c>.</summary>
public readonly ref struct CommRecord
{
    private const int NameOffset = 8;

    private readonly RecordBody _body;

    private CommRecord(RecordBody body, bool isExec)
    {
        _body = body;
        IsExec = isExec;
    }

    /// <summary>The process.</summary>
    public int Pid => _body.I32(0);

    /// <summary>The thread.</summary>
    public int Tid => _body.I32(4);

    /// <summary>The name is that of a program now executed, and the process's mappings are gone: <c>PERF_RECORD_MISC_COMM_EXEC</c>.</summary>
    public bool IsExec { get; }

    /// <summary>The name.</summary>
    public ReadOnlySpan<byte> Name => _body.Text(NameOffset);

    internal static bool TryOf(PerfRecord record, out CommRecord comm)
    {
        if (record.TryBody(RecordType.Comm, NameOffset, out var body))
        {
            comm = new CommRecord(body, (record.Misc & PerfRecordMisc.CommExec) != 0);
            return true;
        }

        comm = default;
        return false;
    }
}
