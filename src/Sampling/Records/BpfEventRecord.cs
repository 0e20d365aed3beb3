namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u16 type;
//     u16 flags;
//     u32 id;
//     u8 tag[BPF_TAG_SIZE];
//     struct sample_id sample_id;
// };

/// <summary>A BPF program loaded or unloaded: <c>PERF_RECORD_BPF_EVENT</c>.</summary>
public readonly ref struct BpfEventRecord
{
    private const int TagOffset = 8;
    private const int TagSize = 8;

    private readonly RecordBody _body;

    private BpfEventRecord(RecordBody body) => _body = body;

    /// <summary>Which of both.</summary>
    public BpfEventType Type => (BpfEventType)_body.U16(0);

    /// <summary>The program's id, as bpftool shows it.</summary>
    public uint Id => _body.U32(4);

    /// <summary>The program's tag: 8 bytes of a hash of its instructions.</summary>
    public ReadOnlySpan<byte> Tag => _body.From(TagOffset)[..TagSize];

    internal static bool TryOf(PerfRecord record, out BpfEventRecord bpf)
    {
        if (record.TryBody(RecordType.BpfEvent, TagOffset + TagSize, out var body))
        {
            bpf = new BpfEventRecord(body);
            return true;
        }

        bpf = default;
        return false;
    }
}

/// <summary>What a BPF program underwent: <c>enum perf_bpf_event_type</c>.</summary>
public enum BpfEventType
{
    /// <summary>The kernel does not say.</summary>
    Unknown = 0,

    /// <summary>It was loaded.</summary>
    Loaded = 1,

    /// <summary>It was unloaded.</summary>
    Unloaded = 2,
}
