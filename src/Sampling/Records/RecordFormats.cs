using System.Diagnostics.CodeAnalysis;
using Perfmon.Diagnostics;

namespace Perfmon.Sampling.Records;

/// <summary>
/// The formats of several events whose records share a ring or a file: each record says by its event's id of which it is. Where all are laid
/// out the same way, no record is asked.
/// </summary>
/// <remarks>
/// One thread may add what others read with, if it adds an event before that event's first record. perf's own records in files have the id 0,
/// and those of ids that are not known are laid out as the first event's, as perf takes them; samples of unknown ids stay raw.
/// </remarks>
public sealed class RecordFormats
{
    private readonly FormatTable _byId = new();
    private RecordFormat? _first;

    // Set while all formats are equal.
    private volatile RecordFormat? _only;

    /// <summary>Without events: every record is raw.</summary>
    public RecordFormats()
    {
    }

    /// <summary>With one format for all ids.</summary>
    public RecordFormats(RecordFormat only) => Add(only);

    /// <summary>The format of all records, if there is only one.</summary>
    public RecordFormat? Only => _only;

    /// <summary>Adds an event.</summary>
    /// <param name="id">Its id, as <c>PERF_EVENT_IOC_ID</c> tells it.</param>
    /// <param name="format">How its records are laid out.</param>
    /// <exception cref="PerfmonException">
    /// <see cref="PerfmonReason.InvalidRequest"/>: the formats differ, and their records do not have ids at the same place, so nothing tells them apart.
    /// </exception>
    public void Add(ulong id, RecordFormat format)
    {
        Add(format);

        // Nobody's: the kernel counts from 1.
        if (id != 0)
        {
            _byId.Add(id, format);
        }
    }

    /// <summary>The format of the event with this id.</summary>
    public bool TryGet(ulong id, [NotNullWhen(true)] out RecordFormat? format) => (format = id == 0 ? null : _byId.Find(id)) is not null;

    /// <summary>The record that <paramref name="bytes"/> begin with.</summary>
    /// <returns>False when there are fewer bytes than the record's header says, or it says fewer than it takes itself.</returns>
    public bool TryRead(ReadOnlySpan<byte> bytes, out PerfRecord record)
    {
        var only = _only;
        return only is not null ? PerfRecord.TryRead(bytes, only, out record) : TryReadById(bytes, out record);
    }

    /// <summary>The records that lie in <paramref name="bytes"/> one behind the other.</summary>
    public RecordEnumerator Read(ReadOnlySpan<byte> bytes) => new(this, bytes);

    /// <summary>Adds an event whose ids are not known.</summary>
    internal void Add(RecordFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (_first is null)
        {
            _first = format;
            _only = format;
        }
        else if (!_first.Equals(format))
        {
            if (format.IdWord != _first.IdWord || format.TrailerIdWord != _first.TrailerIdWord || format.IdWord == RecordFormat.Absent)
            {
                throw new PerfmonException(PerfmonReason.InvalidRequest,
                    $"Cannot tell the records of two events apart: one has {_first.Fields}, the other {format.Fields}.\n"
                    + "Their ids are not at the same place. Ask for SampleFields.Identifier with both.");
            }

            _only = null;
        }
    }

    private bool TryReadById(ReadOnlySpan<byte> bytes, out PerfRecord record)
    {
        if (!PerfRecord.TryRead(bytes, null, out record))
        {
            return false;
        }

        // The id's place is the first format's, and so every one's.
        var first = _first;
        if (first is not null)
        {
            record = record.With(record.TryGetId(first, out var id) && TryGet(id, out var format) ? format
                : record.Type == RecordType.Sample ? null
                : first);
        }

        return true;
    }
}
