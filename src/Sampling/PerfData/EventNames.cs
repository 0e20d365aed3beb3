namespace Perfmon.Sampling.PerfData;

// struct perf_record_event_update {
//     struct perf_event_header header;
//     u64 type;                            /* PERF_EVENT_UPDATE__NAME */
//     u64 id;
//     char name[];
// };

/// <summary>Records that tell the events' names.</summary>
internal static class EventNames
{
    private const ulong Name = 2;

    /// <summary>A record for each event that has an id.</summary>
    public static void Write(SectionWriter writer, IReadOnlyList<PerfDataEvent> events)
    {
        foreach (var one in events.Where(one => one.Ids is not []))
        {
            var start = writer.Length;
            writer.Add((ulong)FileRecordType.EventUpdate);
            writer.Add(Name);
            writer.Add(one.Ids[0]);
            writer.AddPlainText(one.Name);
            writer.Align(start, sizeof(ulong));
            writer.SetU16(start + 6, (ushort)(writer.Length - start));
        }
    }

    /// <summary>The event, by one of its ids, and its name.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ulong id, out string name)
    {
        var reader = new SectionReader(body);
        var isName = reader.U64() == Name & reader.TryRead(out id);
        name = isName ? SectionReader.TextOf(reader.Rest) : "";
        return name is not "";
    }
}
