using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u32 pid, tid;
//     struct read_format values;
//     struct sample_id sample_id;
// };

/// <summary>What an inherited event had counted at the end of its thread: <c>PERF_RECORD_READ</c> (<c>perf_event_attr.inherit_stat</c>).</summary>
public readonly ref struct ReadRecord
{
    private const int ValuesOffset = 8;

    private readonly RecordBody _body;
    private readonly PerfReadFormat _format;

    private ReadRecord(RecordBody body, PerfReadFormat format)
    {
        _body = body;
        _format = format;
    }

    /// <summary>The process.</summary>
    public int Pid => _body.I32(0);

    /// <summary>The thread.</summary>
    public int Tid => _body.I32(4);

    /// <summary>The counts.</summary>
    public CounterValues Counters => new(Words(_body), _format);

    internal static bool TryOf(PerfRecord record, out ReadRecord read)
    {
        if (record.Format is { } format && record.TryBody(RecordType.Read, ValuesOffset + sizeof(ulong), out var body)
            && CounterValues.Words(Words(body), format.ReadFormat) <= (ulong)Words(body).Length)
        {
            read = new ReadRecord(body, format.ReadFormat);
            return true;
        }

        read = default;
        return false;
    }

    private static ReadOnlySpan<ulong> Words(RecordBody body) => MemoryMarshal.Cast<byte, ulong>(body.From(ValuesOffset));
}
