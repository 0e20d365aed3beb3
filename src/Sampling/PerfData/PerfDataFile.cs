using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Host;

namespace Perfmon.Sampling.PerfData;

/// <summary>
/// A file: header, ids, attrs, records, features. The header's size of the records grows with each round, and that there is something behind the records it
/// tells last: at no time is something taken for records that is none.
/// </summary>
internal sealed class PerfDataFile(FileStream file, bool ownsFile) : IPerfDataOutput
{
    private readonly SectionWriter _section = new();
    private FileHeader _header = new() { Magic = FileHeader.MagicNumber, HeaderSize = FileHeader.Size };

    public bool TakesIdsLater => true;

    public void Begin(IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features)
    {
        WriteHeader();
        WriteEvents(events);
        _header.Data.Offset = (ulong)file.Position;

        // The feature that has the names comes last; a file that is never finished has them too.
        _section.Clear();
        EventNames.Write(_section, events);
        file.Write(_section.Written);
        Flush();
    }

    public void Write(ReadOnlySpan<byte> records) => file.Write(records);

    public void Flush()
    {
        _header.Data.Size = (ulong)file.Position - _header.Data.Offset;
        file.Flush();
        WriteHeader();
        file.Flush();
    }

    public void Complete(IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features)
    {
        Flush();
        var end = file.Position;
        var sections = new SortedDictionary<Feature, byte[]>();
        foreach (var feature in FeatureCode.In(features))
        {
            Add(sections, feature, section => FeatureCode.Write(section, feature, features));
        }

        Add(sections, Feature.EventDescription, section => FeatureCode.WriteEvents(section, events));
        Add(sections, Feature.TracingData, section => TracingData.Write(section, events, HostRoots.System));

        file.Position = end;
        var offset = (ulong)end + (ulong)(sections.Count * Unsafe.SizeOf<FileSection>());
        foreach (var bytes in sections.Values)
        {
            WriteValue(new FileSection { Offset = offset, Size = (ulong)bytes.Length });
            offset += (ulong)bytes.Length;
        }

        foreach (var (feature, bytes) in sections)
        {
            file.Write(bytes);
            _header.Features |= 1UL << (int)feature;
        }

        // Once more, because ids may have been added.
        WriteEvents(events);
        file.Flush();
        WriteHeader();
        file.Flush();
    }

    public void Dispose()
    {
        if (ownsFile)
        {
            file.Dispose();
        }
    }

    private void Add(SortedDictionary<Feature, byte[]> sections, Feature feature, Action<SectionWriter> write)
    {
        _section.Clear();
        write(_section);
        if (_section.Length > 0)
        {
            sections[feature] = _section.Written.ToArray();
        }
    }

    private void WriteEvents(IReadOnlyList<PerfDataEvent> events)
    {
        // A word's alignment, as perf has it.
        file.Position = (file.Position + 7) & ~7;
        var ids = new List<FileSection>();
        foreach (var one in events)
        {
            ids.Add(new FileSection { Offset = (ulong)file.Position, Size = (ulong)(one.Ids.Count * sizeof(ulong)) });
            foreach (var id in one.Ids)
            {
                WriteValue(id);
            }
        }

        var size = AttrCode.SizeFor(events);
        _header.AttrSize = (ulong)(size + Unsafe.SizeOf<FileSection>());
        _header.Attrs = new FileSection { Offset = (ulong)file.Position, Size = _header.AttrSize * (ulong)events.Count };
        foreach (var (one, section) in events.Zip(ids))
        {
            _section.Clear();
            AttrCode.Write(_section, one.Attr, size);
            file.Write(_section.Written);
            WriteValue(section);
        }
    }

    private void WriteHeader()
    {
        var position = file.Position;
        file.Position = 0;
        WriteValue(_header);
        file.Position = Math.Max(position, file.Position);
    }

    private void WriteValue<T>(T value)
        where T : unmanaged => file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
}
