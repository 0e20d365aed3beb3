using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling;

/// <summary>Takes records out of the rings into the merge, and counts them. One reader at a time; the counts may be read by others.</summary>
internal sealed class RecordIntake : IRingReader
{
    private const int Word = sizeof(ulong);

    private readonly RecordFormat _format;
    private readonly SampleRing[] _rings;
    private readonly ulong[] _lastTimes;
    private int _ring;
    private ulong _samples;
    private ulong _records;
    private ulong _bytes;
    private ulong _lostTold;
    private ulong _lostByHardware;
    private ulong _throttled;
    private ulong _unthrottled;
    private ulong _lateWakeUps;
    private ulong _corruptBytes;

    /// <param name="rings">The rings.</param>
    /// <param name="format">Of any of the events: the time is at the same place in all their records.</param>
    public RecordIntake(SampleRing[] rings, RecordFormat format)
    {
        _rings = rings;
        _format = format;
        _lastTimes = new ulong[rings.Length];
        Merge = new RecordMerge([.. rings.Select(_ => new RecordRun())]);
    }

    public RecordMerge Merge { get; }

    /// <summary>What was counted so far.</summary>
    public SampleLedger Ledger => new()
    {
        Samples = Volatile.Read(ref _samples),
        Records = Volatile.Read(ref _records),
        Bytes = Volatile.Read(ref _bytes),
        LostTold = Volatile.Read(ref _lostTold),
        LostByHardware = Volatile.Read(ref _lostByHardware),
        Throttled = Volatile.Read(ref _throttled),
        Unthrottled = Volatile.Read(ref _unthrottled),
        OutOfOrder = Merge.OutOfOrder,
        LateWakeUps = Volatile.Read(ref _lateWakeUps),
        CorruptBytes = Volatile.Read(ref _corruptBytes),
    };

    /// <summary>Takes what every ring has.</summary>
    /// <param name="isFinal">Whether nothing more can come.</param>
    public void Round(bool isFinal)
    {
        Merge.BeginRound();
        for (_ring = 0; _ring < _rings.Length; _ring++)
        {
            _rings[_ring].Read(this);
        }

        Merge.EndRound(isFinal);
    }

    /// <summary>How many rings are fuller than it takes for the kernel to wake the reader.</summary>
    public int Overdue
    {
        get
        {
            var overdue = 0;
            foreach (var ring in _rings)
            {
                overdue += ring.IsOverdue ? 1 : 0;
            }

            return overdue;
        }
    }

    /// <summary>Counts rings that should have woken the reader.</summary>
    public void CountLateWakeUps() => _lateWakeUps += (ulong)Overdue;

    void IRingReader.Read(SampleRing ring, ref RecordReader records)
    {
        while (records.TryNext(out var record))
        {
            Take(record);
        }

        if (records.IsCorrupt)
        {
            _corruptBytes += Math.Min(records.Left, uint.MaxValue);
        }
    }

    private void Take(ReadOnlySpan<byte> record)
    {
        var type = MemoryMarshal.Read<PerfEventHeader>(record).Type;
        _records++;
        _bytes += (ulong)record.Length;
        if (type == PerfRecordType.Sample)
        {
            _samples++;
            Merge.Add(_ring, record, TimeAt(record, _format.TimeWord * Word));
        }
        else
        {
            Count(type, record);
            Merge.Add(_ring, record, TimeAt(record, record.Length - (_format.TrailerTimeWord * Word)));
        }
    }

    // One too short for its time comes where it lay.
    private ulong TimeAt(ReadOnlySpan<byte> record, int offset)
    {
        if (offset >= Word && offset <= record.Length - Word)
        {
            _lastTimes[_ring] = MemoryMarshal.Read<ulong>(record[offset..]);
        }

        return _lastTimes[_ring];
    }

    private void Count(PerfRecordType type, ReadOnlySpan<byte> record)
    {
        // LOST: u64 id, u64 lost. LOST_SAMPLES: u64 lost.
        const int lost = 2 * Word;
        const int lostSamples = Word;
        switch (type)
        {
            case PerfRecordType.Lost when record.Length >= lost + Word:
                _lostTold += MemoryMarshal.Read<ulong>(record[lost..]);
                break;
            case PerfRecordType.LostSamples when record.Length >= lostSamples + Word:
                _lostByHardware += MemoryMarshal.Read<ulong>(record[lostSamples..]);
                break;
            case PerfRecordType.Throttle:
                _throttled++;
                break;
            case PerfRecordType.Unthrottle:
                _unthrottled++;
                break;
        }
    }
}
