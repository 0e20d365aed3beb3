using System.Runtime.InteropServices;
using Perfmon.Diagnostics;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling.PerfData;

/// <summary>
/// Reads what <c>perf record</c> and <see cref="PerfDataWriter"/> write, files and pipes, record by record, in memory that does not grow with the file. Of a
/// file that is cut or damaged it gives what is whole; <see cref="Notices"/> say what is missing.
/// </summary>
/// <remarks>Files of little-endian 64-bit machines. Compressed records need libzstd (<c>libzstd.so.1</c>), which perf needs too. One thread at a time.</remarks>
public sealed class PerfDataReader : IDisposable
{
    private const int MostNotices = 100;

    // zstd keeps up to 128 MiB of what it gave, if the stream asks for it; a small file gets as much as the usual levels need.
    private const int LargestWindowLog = 27;
    private const int UsualWindowLog = 23;
    private const long SmallFile = 16 << 20;

    private readonly Stream _stream;
    private readonly bool _ownsStream;
    private readonly RecordStream _records;
    private readonly FileContents _contents;
    private readonly CompressedRecords _compressed;
    private readonly TimeOrder? _order;
    private readonly List<PerfDataNotice> _notices = [];
    private ReadOnlyMemory<byte> _pending;
    private bool _hasPending;
    private bool _isDecompressing;
    private bool _isAtEnd;
    private long _skippedCompressed;
    private ulong _skippedTrace;

    private PerfDataReader(Stream stream, bool ownsStream, PerfDataOptions options)
    {
        _stream = stream;
        _ownsStream = ownsStream;
        _contents = new FileContents(Notice);
        _records = _contents.Begin(stream);
        var isSmall = stream.CanSeek && stream.Length < SmallFile;
        _compressed = new CompressedRecords(isSmall ? UsualWindowLog : LargestWindowLog);
        _order = options.InTimeOrder ? new TimeOrder(options.MostBytesKept) : null;
        ReadAhead();
    }

    /// <summary>Whether the header is that of a pipe: what is said about events and machine comes among the records, most of it before them.</summary>
    public bool IsPipe => _contents.IsPipe;

    /// <summary>How far the file was read: bytes from its begin. Records that are kept to order them are behind it.</summary>
    public long Position => _records.Position;

    /// <summary>The file's bytes; null where they are not known.</summary>
    public long? Length => _stream.CanSeek ? _stream.Length : null;

    /// <summary>The events.</summary>
    public IReadOnlyList<PerfDataEvent> Events => _contents.Events;

    /// <summary>What the file says of the machine and the recording.</summary>
    public PerfDataFeatures Features => _contents.Features;

    /// <summary>How the events' records are laid out.</summary>
    public RecordFormats Formats => _contents.Formats;

    /// <summary>What is not given: in a sound file, read to its end, hardware traces at the most. Of many the first hundred.</summary>
    public IReadOnlyList<PerfDataNotice> Notices => _notices;

    /// <summary>Whether something is missing that the file should have had, as far as it was read.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="PerfmonException">
    /// <see cref="PerfmonReason.InvalidRequest"/>: it is no perf.data file. <see cref="PerfmonReason.NotSupported"/>: it is one of a kind that is not read.
    /// </exception>
    public static PerfDataReader Open(string path, PerfDataOptions? options = null)
    {
        if (Directory.Exists(path))
        {
            throw new PerfmonException(PerfmonReason.NotSupported,
                $"{path} is a folder, as perf record --threads writes.\nOpen the files in it one by one, or record without --threads.");
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return Open(stream, path, ownsStream: true, options);
    }

    /// <summary>Reads from a stream, which stays open: one that cannot be sought has to have a pipe's header.</summary>
    /// <inheritdoc cref="Open(string, PerfDataOptions)" path="/exception"/>
    public static PerfDataReader Open(Stream stream, PerfDataOptions? options = null) => Open(stream, "The stream", ownsStream: false, options);

    /// <summary>The next record. It lies there until the next call.</summary>
    /// <returns>False at the end of what can be read.</returns>
    public bool TryRead(out PerfRecord record)
    {
        if (_order is null)
        {
            return TryReadNext(out record);
        }

        while (true)
        {
            if (_order.TryTake(out var due))
            {
                return Formats.TryRead(due, out record);
            }

            if (!TryReadNext(out record))
            {
                if (!TryFinishOrder())
                {
                    return false;
                }
            }
            else if (record.Type == (RecordType)FileRecordType.FinishedRound)
            {
                _order.FinishRound();
            }
            else if (record.TryGetTime(out var time) && time is not (0 or ulong.MaxValue))
            {
                _order.Add(time, record.Bytes);
            }
            else
            {
                return true;
            }
        }
    }

    /// <summary>The event that a record is of; null where the record does not tell.</summary>
    public PerfDataEvent? EventOf(PerfRecord record) => _contents.EventOf(record);

    /// <inheritdoc/>
    public void Dispose()
    {
        _compressed.Dispose();
        if (_ownsStream)
        {
            _stream.Dispose();
        }
    }

    private static PerfDataReader Open(Stream stream, string name, bool ownsStream, PerfDataOptions? options)
    {
        try
        {
            return new PerfDataReader(stream, ownsStream, options ?? new PerfDataOptions());
        }
        catch (UnreadableFileException unreadable)
        {
            if (ownsStream)
            {
                stream.Dispose();
            }

            throw new PerfmonException(unreadable.Reason, $"{name} {unreadable.Message}");
        }
    }

    private bool TryReadNext(out PerfRecord record)
    {
        while (TryTake(out var bytes))
        {
            if (TakeIn(bytes))
            {
                continue;
            }

            // Whoever orders the records wants to know of the end of a round; nobody else does.
            if (Formats.TryRead(bytes, out record) && (_order is not null || record.Type != (RecordType)FileRecordType.FinishedRound))
            {
                return true;
            }
        }

        record = default;
        return false;
    }

    private bool TryTake(out ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (_isDecompressing)
            {
                if (_compressed.TryTake(out bytes))
                {
                    return true;
                }

                _isDecompressing = false;
            }

            if (_hasPending)
            {
                _hasPending = false;
            }
            else if (_isAtEnd || !_records.TryTake(out _pending))
            {
                End();
                bytes = default;
                return false;
            }

            var type = (FileRecordType)MemoryMarshal.Read<uint>(_pending.Span);
            if (type is FileRecordType.Compressed or FileRecordType.Compressed2)
            {
                Decompress(type);
                continue;
            }

            bytes = _pending.Span;
            return true;
        }
    }

    // What is said about the events comes before the first record of one, or of their compressed stream.
    private void ReadAhead()
    {
        while (!_hasPending && _records.TryTake(out _pending))
        {
            var type = MemoryMarshal.Read<uint>(_pending.Span);
            _hasPending = type < (uint)FileRecordType.HeaderAttr || (FileRecordType)type is FileRecordType.Compressed or FileRecordType.Compressed2 || !TakeIn(_pending.Span);
        }
    }

    // Whether the record is about the file, and so no one else's.
    private bool TakeIn(ReadOnlySpan<byte> record)
    {
        var type = (FileRecordType)MemoryMarshal.Read<uint>(record);
        switch (type)
        {
            case FileRecordType.HeaderAttr or FileRecordType.EventUpdate or FileRecordType.HeaderFeature or FileRecordType.HeaderBuildId:
                _contents.TakeIn(type, record, _records.Position);
                return true;
            case FileRecordType.HeaderTracingData or FileRecordType.AuxTrace:
                // What follows is no record. In a compressed stream nothing can follow: perf does not compress these.
                var follows = type == FileRecordType.AuxTrace ? new SectionReader(record[PerfRecord.HeaderSize..]).U64() : new SectionReader(record[PerfRecord.HeaderSize..]).U32();
                if (!_isDecompressing && _records.Skip(follows ?? 0) is var skipped)
                {
                    _skippedTrace += type == FileRecordType.AuxTrace ? skipped : 0;
                }

                return true;
            default:
                return false;
        }
    }

    private void Decompress(FileRecordType type)
    {
        // struct { struct perf_event_header header; [u64 data_size;] char data[]; }
        var data = _pending[PerfRecord.HeaderSize..];
        if (type == FileRecordType.Compressed2)
        {
            var size = new SectionReader(data.Span).U64() ?? 0;
            data = data[Math.Min(sizeof(ulong), data.Length)..];
            data = data[..(int)Math.Min(size, (ulong)data.Length)];
        }

        if (!_compressed.IsAvailable || _compressed.Error is not null)
        {
            _skippedCompressed += data.Length;
            return;
        }

        _compressed.Feed(data);
        _isDecompressing = true;
    }

    private bool TryFinishOrder()
    {
        if (_order!.IsFinished)
        {
            return false;
        }

        _order.Finish();
        if (_order.HasOverflowed || _order.Late > 0)
        {
            Notice(0, $"{_order.Late:N0} records came too late to be given in the order of their times"
                + (_order.HasOverflowed ? ": the file's rounds are longer than what is kept of them." : "."), damage: false);
        }

        return true;
    }

    private void End()
    {
        if (_isAtEnd)
        {
            return;
        }

        _isAtEnd = true;
        if (_records.Rest > 0 || _records.Missing > 0)
        {
            Notice(_records.Position, _records.Missing > 0
                ? $"the file ends {_records.Missing:N0} bytes before its records do; {_records.Rest:N0} bytes at the end are a record's begin."
                : $"{_records.Rest:N0} bytes or more are no whole record; what is behind them is not read.", damage: true);
        }

        if (_compressed.Error is { } error)
        {
            Notice(_records.Position, $"the compressed records end early: {error}.", damage: true);
        }
        else if (_compressed.Rest > 0)
        {
            Notice(_records.Position, $"the compressed records end within a record, {_compressed.Rest:N0} bytes after its begin.", damage: true);
        }

        if (_skippedCompressed > 0)
        {
            Notice(_records.Position, $"{_skippedCompressed:N0} bytes of compressed records are skipped"
                + (_compressed.IsAvailable ? "." : ": libzstd.so.1 is not installed. Run: sudo apt-get install libzstd1"), damage: true);
        }

        if (_skippedTrace > 0)
        {
            Notice(_records.Position, $"{_skippedTrace:N0} bytes of hardware traces (AUX area) are skipped: they are not decoded.", damage: false);
        }
    }

    private void Notice(long position, string text, bool damage)
    {
        IsDamaged |= damage;
        if (_notices.Count < MostNotices)
        {
            _notices.Add(new PerfDataNotice(position, text, damage));
        }
    }
}
