using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Diagnostics;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling.PerfData;

/// <summary>What a file says about its records: the events and the features, from its header or, in a pipe, from records.</summary>
internal sealed class FileContents(Action<long, string, bool> notice)
{
    // Events with more ids are possible; a feature of more bytes is not worth reading.
    private const int LargestFeature = 64 << 20;

    // perf_event_open takes a page at the most.
    private const int LargestAttr = 4096;

    private readonly List<PerfDataEvent> _events = [];
    private readonly Dictionary<ulong, PerfDataEvent> _byId = [];
    private readonly List<PerfDataBuildId> _buildIds = [];
    private PerfDataFeatures _features = new();
    private bool _cannotBeToldApart;

    public bool IsPipe { get; private set; }

    public IReadOnlyList<PerfDataEvent> Events => _events;

    public PerfDataFeatures Features => _features with { BuildIds = [.. _buildIds] };

    public RecordFormats Formats { get; private set; } = new();

    /// <summary>Reads what is before the records, and what is behind them where the stream can be sought.</summary>
    /// <exception cref="UnreadableFileException">It is no perf.data file, or of a kind that is not read.</exception>
    public RecordStream Begin(Stream stream)
    {
        var header = default(FileHeader);
        var bytes = MemoryMarshal.AsBytes(new Span<FileHeader>(ref header));
        var read = stream.ReadAtLeast(bytes[..FileHeader.PipeSize], FileHeader.PipeSize, throwOnEndOfStream: false);
        Check(header.Magic, read);
        if (header.HeaderSize == FileHeader.PipeSize)
        {
            IsPipe = true;
            return new RecordStream(stream, FileHeader.PipeSize, long.MaxValue);
        }

        if (!stream.CanSeek)
        {
            throw new UnreadableFileException(PerfmonReason.NotSupported, "is a perf.data file that is not written for pipes, and cannot be sought. Open the file itself.");
        }

        read += stream.ReadAtLeast(bytes[FileHeader.PipeSize..], FileHeader.Size - FileHeader.PipeSize, throwOnEndOfStream: false);
        if (header.HeaderSize < FileHeader.OldSize || read < FileHeader.OldSize)
        {
            throw new UnreadableFileException(PerfmonReason.InvalidRequest, $"is no perf.data file: its header is cut, {read} of {header.HeaderSize} bytes.");
        }

        if (header.HeaderSize < FileHeader.Size)
        {
            header.Features = 0;
        }

        var file = new FileSections(stream, notice);
        ReadAttrs(file, header);
        ReadFeatures(file, header);
        return file.Records(header.Data, isFinished: header.Features != 0 || header.Attrs.Offset > header.Data.Offset);
    }

    /// <summary>A record of a pipe that says something about the records.</summary>
    public void TakeIn(FileRecordType type, ReadOnlySpan<byte> record, long position)
    {
        var body = record[PerfRecord.HeaderSize..];
        switch (type)
        {
            case FileRecordType.HeaderAttr:
                var size = AttrCode.SizeOf(body);
                if (size < 0 || !AttrCode.TryRead(body, out var attr))
                {
                    notice(position, "the description of an event is damaged: samples of it are not decoded.", true);
                    return;
                }

                Add(attr, MemoryMarshal.Cast<byte, ulong>(body[size..]), position);
                break;
            case FileRecordType.EventUpdate:
                if (EventNames.TryRead(body, out var id, out var name) && _byId.TryGetValue(id, out var one))
                {
                    one.Name = name;
                }

                break;
            case FileRecordType.HeaderBuildId:
                _buildIds.AddRange(FeatureCode.ReadBuildIds(record));
                break;
            default:
                if (MemoryMarshal.TryRead(body, out ulong feature))
                {
                    TakeIn((Feature)feature, body[sizeof(ulong)..]);
                }

                break;
        }
    }

    /// <summary>The event of a record.</summary>
    public PerfDataEvent? EventOf(PerfRecord record) =>
        record.TryGetId(out var id) && _byId.TryGetValue(id, out var one) ? one : _events is [var only] ? only : null;

    private static void Check(ulong magic, int read)
    {
        if (read < FileHeader.PipeSize)
        {
            throw new UnreadableFileException(PerfmonReason.InvalidRequest, $"is no perf.data file: it has {read} bytes.");
        }

        (PerfmonReason Reason, string Text)? wrong = magic switch
        {
            FileHeader.MagicNumber => null,
            FileHeader.SwappedMagicNumber => (PerfmonReason.NotSupported, "is a perf.data file of a big-endian machine, which is not read here."),
            FileHeader.FirstMagicNumber => (PerfmonReason.NotSupported, "is a perf.data file of the first version (before Linux 3.4), which is not read here."),
            _ => (PerfmonReason.InvalidRequest, "is no perf.data file: it does not begin with PERFILE2."),
        };
        if (wrong is var (reason, text))
        {
            throw new UnreadableFileException(reason, text);
        }
    }

    private void ReadAttrs(FileSections file, in FileHeader header)
    {
        var smallest = PerfEventAttr.Size0 + (ulong)Unsafe.SizeOf<FileSection>();
        var count = header.AttrSize >= smallest && header.AttrSize <= LargestAttr ? header.Attrs.Size / header.AttrSize : 0;
        if (count == 0)
        {
            notice(0, "the file describes no event: samples are not decoded.", true);
            return;
        }

        // An entry is an attr of the size that it says itself, and behind it where its ids are.
        foreach (var entry in file.Entries(header.Attrs, count, header.AttrSize))
        {
            var size = (int)header.AttrSize - Unsafe.SizeOf<FileSection>();
            if (!AttrCode.TryRead(entry.AsSpan(0, size), out var attr))
            {
                notice((long)header.Attrs.Offset, "the description of an event is damaged: samples of it are not decoded.", true);
                continue;
            }

            var ids = MemoryMarshal.Read<FileSection>(entry.AsSpan(size));
            Add(attr, MemoryMarshal.Cast<byte, ulong>(file.Read(ids, "the ids of an event")), (long)ids.Offset);
        }
    }

    private void ReadFeatures(FileSections file, in FileHeader header)
    {
        var count = ulong.PopCount(header.Features) + ulong.PopCount(header.Features2) + ulong.PopCount(header.Features3) + ulong.PopCount(header.Features4);
        if (count == 0 || header.Data.Size == 0)
        {
            return;
        }

        var table = new FileSection { Offset = header.Data.Offset + header.Data.Size, Size = count * (ulong)Unsafe.SizeOf<FileSection>() };
        var sections = MemoryMarshal.Cast<byte, FileSection>(file.Read(table, "where the features are"));
        var next = 0;
        for (var feature = 0; feature < 64 && next < sections.Length; feature++)
        {
            if ((header.Features & (1UL << feature)) == 0)
            {
                continue;
            }

            var section = sections[next++];
            var name = $"feature {(Feature)feature}";
            if (Enum.IsDefined((Feature)feature) && (Feature)feature != Feature.TracingData && section.Size <= LargestFeature)
            {
                TakeIn((Feature)feature, file.Read(section, name));
            }
            else
            {
                _ = file.Check(section, name);
            }
        }
    }

    private void TakeIn(Feature feature, ReadOnlySpan<byte> bytes)
    {
        if (feature == Feature.BuildId)
        {
            _buildIds.AddRange(FeatureCode.ReadBuildIds(bytes));
            return;
        }

        if (feature != Feature.EventDescription)
        {
            _features = FeatureCode.Read(_features, feature, bytes);
            return;
        }

        var described = FeatureCode.ReadEvents(bytes);
        for (var i = 0; i < described.Count; i++)
        {
            // By an id that both have; perf goes by the place.
            var one = described[i].Ids is [var id, ..] && _byId.TryGetValue(id, out var known) ? known : i < _events.Count ? _events[i] : null;
            if (one is not null && described[i].Name is not "")
            {
                one.Name = described[i].Name;
            }
        }
    }

    private void Add(in PerfEventAttr attr, ReadOnlySpan<ulong> ids, long position)
    {
        var one = new PerfDataEvent(PerfDataEvent.NameOf(attr), attr, ids.ToArray());
        _events.Add(one);
        foreach (var id in ids)
        {
            _byId[id] = one;
        }

        if (_cannotBeToldApart)
        {
            return;
        }

        try
        {
            Formats.Add(one.Format);
            foreach (var id in ids)
            {
                Formats.Add(id, one.Format);
            }
        }
        catch (PerfmonException)
        {
            _cannotBeToldApart = true;
            Formats = new RecordFormats();
            notice(position, "nothing tells the samples of the events apart: they are not decoded.", true);
        }
    }
}
