using System.Runtime.InteropServices;
using Perfmon.Diagnostics;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling.PerfData;

/// <summary>
/// Writes what <c>perf report</c> and <c>perf script</c> open: the records of rings as they come, round by round. Its memory does not grow with what
/// is written. One thread at a time.
/// </summary>
/// <remarks>
/// A file is complete after <see cref="Complete"/>. One whose writer was killed has all rounds that were finished, for perf too, and
/// <see cref="PerfDataReader"/> reads on to its end. <see cref="Dispose"/> alone leaves it so. What it lacks is what is said of the machine; and perf opens no
/// file with tracepoints without that.
/// </remarks>
public sealed class PerfDataWriter : IDisposable
{
    private readonly IPerfDataOutput _output;
    private readonly RecordFormats _formats = new();
    private readonly List<PerfDataEvent> _events;
    private readonly List<PerfDataBuildId> _buildIds = [];
    private PerfDataFeatures _features;
    private ulong _first = ulong.MaxValue;
    private ulong _last;
    private bool _isComplete;

    private PerfDataWriter(IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features, Func<IPerfDataOutput> open)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(features);
        if (events is [])
        {
            throw new PerfmonException(PerfmonReason.InvalidRequest, "A perf.data file needs an event.");
        }

        _events = [.. events];
        _features = features;
        foreach (var one in _events)
        {
            _formats.Add(one.Format);
            foreach (var id in one.Ids)
            {
                _formats.Add(id, one.Format);
            }
        }

        _output = open();
        _output.Begin(_events, features);
    }

    /// <summary>How many bytes of records were written.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Creates a file, or writes over one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="events">What the records are of. They need not have all their ids yet: <see cref="AddIds"/>.</param>
    /// <param name="features">What the file is to say of the machine; the times of the samples are added.</param>
    /// <exception cref="PerfmonException">There is no event, or nothing would tell the events' records apart.</exception>
    public static PerfDataWriter Create(string path, IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features) =>
        new(events, features, () => new PerfDataFile(new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 1 << 16,

            // Addresses, command lines and what programs had in registers are nobody else's business.
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }), ownsFile: true));

    /// <summary>Writes to a file that is open and empty, and stays open.</summary>
    /// <param name="file">The file.</param>
    /// <param name="events">What the records are of. They need not have all their ids yet: <see cref="AddIds"/>.</param>
    /// <param name="features">What the file is to say of the machine; the times of the samples are added.</param>
    /// <exception cref="PerfmonException">There is no event, or nothing would tell the events' records apart.</exception>
    public static PerfDataWriter Create(FileStream file, IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new(events, features, () => new PerfDataFile(file, ownsFile: false));
    }

    /// <summary>Writes to a stream that cannot be sought, as <c>perf record -o -</c> does.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="events">What the records are of, with all ids that they will have.</param>
    /// <param name="features">What the stream is to say of the machine.</param>
    /// <exception cref="PerfmonException">There is no event, or nothing would tell the events' records apart, or one has more ids than a record has room for.</exception>
    public static PerfDataWriter ToPipe(Stream stream, IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features) =>
        new(events, features, () => new PerfDataPipe(stream));

    /// <summary>Adds ids of threads that were opened later. Their records may only come afterwards.</summary>
    /// <exception cref="PerfmonException"><see cref="PerfmonReason.NotSupported"/>: in a pipe what was written about the event cannot be changed.</exception>
    public void AddIds(PerfDataEvent one, params ReadOnlySpan<ulong> ids)
    {
        ArgumentNullException.ThrowIfNull(one);
        if (!_output.TakesIdsLater)
        {
            throw new PerfmonException(PerfmonReason.NotSupported, $"Cannot add ids of {one.Name} to a pipe: what was written about it cannot be changed.\nWrite to a file.");
        }

        one.AddIds(ids);
        foreach (var id in ids)
        {
            _formats.Add(id, one.Format);
        }
    }

    /// <summary>Tells which build of a file the records' addresses are in.</summary>
    public void AddBuildId(PerfDataBuildId buildId) => _buildIds.Add(buildId);

    /// <summary>Writes records as they came out of a ring: one or more, all of them whole.</summary>
    /// <exception cref="PerfmonException">
    /// <see cref="PerfmonReason.InvalidRequest"/>: the bytes do not end with a record's end. Nothing of them is written: what follows could not be read.
    /// </exception>
    public void Write(ReadOnlySpan<byte> records)
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        var first = _first;
        var last = _last;
        var each = _formats.Read(records);
        while (each.MoveNext())
        {
            if (each.Current.Type == RecordType.Sample && each.Current.TryGetTime(out var time))
            {
                first = Math.Min(first, time);
                last = Math.Max(last, time);
            }
        }

        if (!each.Rest.IsEmpty)
        {
            throw new PerfmonException(PerfmonReason.InvalidRequest,
                $"Cannot write {records.Length} bytes as records: byte {records.Length - each.Rest.Length} begins what is no whole record.");
        }

        (_first, _last) = (first, last);
        _output.Write(records);
        BytesWritten += records.Length;
    }

    /// <summary>
    /// Ends a round: what was taken from all rings by now has no record that is older than what the round before had. Readers need it to order
    /// records by time without keeping all of them. The file has them when this returns.
    /// </summary>
    public void FinishRound()
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        PerfEventHeader header = new() { Type = (PerfRecordType)FileRecordType.FinishedRound, Size = PerfRecord.HeaderSize };
        _output.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<PerfEventHeader>(in header)));
        _output.Flush();
    }

    /// <summary>Ends the last round and writes what comes behind the records. Nothing can be written afterwards.</summary>
    public void Complete()
    {
        FinishRound();
        _features = _features with { BuildIds = [.. _features.BuildIds, .. _buildIds] };
        if (_first <= _last)
        {
            _features = _features with { FirstSample = _first, LastSample = _last };
        }

        _output.Complete(_events, _features);
        _isComplete = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isComplete = true;
        _output.Dispose();
    }
}
