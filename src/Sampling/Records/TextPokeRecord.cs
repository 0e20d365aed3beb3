namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u64 addr;
//     u16 old_len;
//     u16 new_len;
//     u8 bytes[];                          the old ones, then the new ones
//     struct sample_id sample_id;
// };

/// <summary>A change of the kernel's code: <c>PERF_RECORD_TEXT_POKE</c>.</summary>
public readonly ref struct TextPokeRecord
{
    private const int BytesOffset = 12;

    private readonly RecordBody _body;

    private TextPokeRecord(RecordBody body) => _body = body;

    /// <summary>Where it begins.</summary>
    public ulong Address => _body.U64(0);

    /// <summary>The code that was there; empty where code was added.</summary>
    public ReadOnlySpan<byte> Before => _body.From(BytesOffset)[.._body.U16(8)];

    /// <summary>The code that is there now; empty where code was removed.</summary>
    public ReadOnlySpan<byte> After => _body.From(BytesOffset + _body.U16(8))[.._body.U16(10)];

    internal static bool TryOf(PerfRecord record, out TextPokeRecord poke)
    {
        if (record.TryBody(RecordType.TextPoke, BytesOffset, out var body) && body.U16(8) + body.U16(10) <= body.Length - BytesOffset)
        {
            poke = new TextPokeRecord(body);
            return true;
        }

        poke = default;
        return false;
    }
}
