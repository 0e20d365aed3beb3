namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u32 pid, ppid;
//     u32 tid, ptid;
//     u64 time;
//     struct sample_id sample_id;
// };

/// <summary>The beginning or the end of a thread: <c>PERF_RECORD_FORK</c>, <c>PERF_RECORD_EXIT</c>.</summary>
public readonly ref struct TaskRecord
{
    private const int BodySize = 24;

    private readonly RecordBody _body;

    private TaskRecord(RecordBody body, bool isFork)
    {
        _body = body;
        IsFork = isFork;
    }

    /// <summary>Whether it begins.</summary>
    public bool IsFork { get; }

    /// <summary>The thread's process: a new one, when it is not <see cref="ParentPid"/>.</summary>
    public int Pid => _body.I32(0);

    /// <summary>The process that made it.</summary>
    public int ParentPid => _body.I32(4);

    /// <summary>The thread.</summary>
    public int Tid => _body.I32(8);

    /// <summary>The thread that made it.</summary>
    public int ParentTid => _body.I32(12);

    /// <summary>When, in nanoseconds of the event's clock.</summary>
    public ulong Time => _body.U64(16);

    internal static bool TryOf(PerfRecord record, out TaskRecord task)
    {
        var fork = record.Type == RecordType.Fork;
        if (record.TryBody(fork ? RecordType.Fork : RecordType.Exit, BodySize, out var body))
        {
            task = new TaskRecord(body, fork);
            return true;
        }

        task = default;
        return false;
    }
}
