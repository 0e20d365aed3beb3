namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u64 addr;
//     u32 len;
//     u16 ksym_type;
//     u16 flags;
//     char name[];
//     struct sample_id sample_id;
// };

/// <summary>A symbol that the kernel got or lost: <c>PERF_RECORD_KSYMBOL</c>.</summary>
public readonly ref struct KsymbolRecord
{
    private const int NameOffset = 16;
    private const ushort Unregister = 1;

    private readonly RecordBody _body;

    private KsymbolRecord(RecordBody body) => _body = body;

    /// <summary>Where it begins.</summary>
    public ulong Address => _body.U64(0);

    /// <summary>Its bytes.</summary>
    public uint Length => _body.U32(8);

    /// <summary>What it is of.</summary>
    public KsymbolType Type => (KsymbolType)_body.U16(12);

    /// <summary>Whether it is gone: <c>PERF_RECORD_KSYMBOL_FLAGS_UNREGISTER</c>.</summary>
    public bool IsRemoved => (_body.U16(14) & Unregister) != 0;

    /// <summary>The name.</summary>
    public ReadOnlySpan<byte> Name => _body.Text(NameOffset);

    internal static bool TryOf(PerfRecord record, out KsymbolRecord symbol)
    {
        if (record.TryBody(RecordType.Ksymbol, NameOffset, out var body))
        {
            symbol = new KsymbolRecord(body);
            return true;
        }

        symbol = default;
        return false;
    }
}

/// <summary>What a symbol that the kernel gets is of: <c>enum perf_record_ksymbol_type</c>.</summary>
public enum KsymbolType
{
    /// <summary>The kernel does not say.</summary>
    Unknown = 0,

    /// <summary>A BPF program or trampoline.</summary>
    Bpf = 1,

    /// <summary>Code for a probe, or a trampoline of the function tracer.</summary>
    OutOfLine = 2,
}
