using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u32 next_prev_pid;                  PERF_RECORD_SWITCH_CPU_WIDE only
//     u32 next_prev_tid;
//     struct sample_id sample_id;
// };

/// <summary>
/// A thread coming to a CPU or going from it: <c>PERF_RECORD_SWITCH</c>, and <c>PERF_RECORD_SWITCH_CPU_WIDE</c> of an event of a CPU. The thread, the
/// time and the CPU are the record's.
/// </summary>
public readonly ref struct SwitchRecord
{
    private readonly RecordBody _body;
    private readonly ushort _misc;

    private SwitchRecord(RecordBody body, ushort misc, bool isCpuWide)
    {
        _body = body;
        _misc = misc;
        IsCpuWide = isCpuWide;
    }

    /// <summary>Whether the other thread is told.</summary>
    public bool IsCpuWide { get; }

    /// <summary>Whether the thread goes: <c>PERF_RECORD_MISC_SWITCH_OUT</c>.</summary>
    public bool IsOut => (_misc & PerfRecordMisc.SwitchOut) != 0;

    /// <summary>Whether a thread that goes would rather have run on: <c>PERF_RECORD_MISC_SWITCH_OUT_PREEMPT</c>.</summary>
    public bool IsPreempted => (_misc & PerfRecordMisc.SwitchOutPreempt) != 0;

    /// <summary>The process of the thread that ran before, or that runs next; 0 where it is not told.</summary>
    public int OtherPid => IsCpuWide ? _body.I32(0) : 0;

    /// <summary>The thread that ran before, or that runs next; 0 where it is not told.</summary>
    public int OtherTid => IsCpuWide ? _body.I32(4) : 0;

    internal static bool TryOf(PerfRecord record, out SwitchRecord change)
    {
        var wide = record.Type == RecordType.SwitchCpuWide;
        if (record.TryBody(wide ? RecordType.SwitchCpuWide : RecordType.Switch, wide ? 2 * sizeof(int) : 0, out var body))
        {
            change = new SwitchRecord(body, record.Misc, wide);
            return true;
        }

        change = default;
        return false;
    }
}
