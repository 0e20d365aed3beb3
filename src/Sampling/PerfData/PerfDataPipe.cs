using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Sampling.PerfData;

/// <summary>A pipe: a short header, and records for all that a file has in its header. The stream stays open.</summary>
internal sealed class PerfDataPipe(Stream stream) : IPerfDataOutput
{
    private const int LargestRecord = ushort.MaxValue & ~7;
    private readonly SectionWriter _record = new();
    private readonly SectionWriter _section = new();

    public bool TakesIdsLater => false;

    public void Begin(IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features)
    {
        _record.Add(FileHeader.MagicNumber);
        _record.Add((ulong)FileHeader.PipeSize);
        stream.Write(_record.Written);

        var size = AttrCode.SizeFor(events);
        foreach (var one in events)
        {
            if (size + (one.Ids.Count * sizeof(ulong)) > LargestRecord - 8)
            {
                throw new PerfmonException(PerfmonReason.LimitReached,
                    $"Cannot write {one.Name} to a pipe: it has {one.Ids.Count:N0} ids, and a record has room for {(LargestRecord - 8 - size) / sizeof(ulong):N0}.\nWrite to a file.");
            }

            Start(FileRecordType.HeaderAttr);
            AttrCode.Write(_record, one.Attr, size);
            foreach (var id in one.Ids)
            {
                _record.Add(id);
            }

            TryEnd();
        }

        _record.Clear();
        EventNames.Write(_record, events);
        stream.Write(_record.Written);

        foreach (var feature in FeatureCode.In(features).Where(feature => feature is not (Feature.BuildId or Feature.SampleTime)))
        {
            Start(FileRecordType.HeaderFeature);
            _record.Add((ulong)feature);
            FeatureCode.Write(_record, feature, features);
            TryEnd();
        }

        Start(FileRecordType.HeaderFeature);
        _record.Add((ulong)Feature.EventDescription);
        FeatureCode.WriteEvents(_record, events);

        // Only a copy of what the attrs say: where it is too long, they do.
        TryEnd();
        WriteTracingData(events);
    }

    public void Write(ReadOnlySpan<byte> records) => stream.Write(records);

    public void Flush() => stream.Flush();

    public void Complete(IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features)
    {
        foreach (var buildId in features.BuildIds)
        {
            _record.Clear();
            FeatureCode.WriteBuildId(_record, buildId);
            TryEnd();
        }

        stream.Flush();
    }

    public void Dispose()
    {
    }

    // struct { struct perf_event_header header; u32 size; }, and behind it as many bytes.
    private void WriteTracingData(IReadOnlyList<PerfDataEvent> events)
    {
        _section.Clear();
        if (!TracingData.Write(_section, events, HostRoots.System))
        {
            return;
        }

        _section.Align(0, sizeof(ulong));
        Start(FileRecordType.HeaderTracingData);
        _record.Add((uint)_section.Length);

        // perf takes the data from behind these 12 bytes, not from behind a multiple of 8.
        Size();
        stream.Write(_record.Written);
        stream.Write(_section.Written);
    }

    private void Start(FileRecordType type)
    {
        _record.Clear();
        _record.Add((ulong)type);
    }

    private void TryEnd()
    {
        _record.Align(0, sizeof(ulong));
        if (_record.Length <= LargestRecord)
        {
            Size();
            stream.Write(_record.Written);
        }
    }

    private void Size() => _record.SetU16(6, (ushort)_record.Length);
}
