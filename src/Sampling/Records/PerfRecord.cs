using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

// struct perf_event_header {
//     u32 type;
//     u16 misc;   /* CPU mode in the low three bits */
//     u16 size;   /* of the whole record */
// };
//
// Behind the body of every record but a sample, when sample_id_all is set:
//
// struct sample_id {
//     { u32 pid, tid;  } && PERF_SAMPLE_TID
//     { u64 time;      } && PERF_SAMPLE_TIME
//     { u64 id;        } && PERF_SAMPLE_ID
//     { u64 stream_id; } && PERF_SAMPLE_STREAM_ID
//     { u32 cpu, res;  } && PERF_SAMPLE_CPU
//     { u64 id;        } && PERF_SAMPLE_IDENTIFIER
// };

/// <summary>
/// One record of a ring or of a perf.data file, where it lies: <c>struct perf_event_header</c> and what follows. <c>TryAs…</c> gives what the
/// record says by its type; each answers false to a record of another type, and to one that is too short for what its type has.
/// </summary>
/// <remarks>Nothing is copied, nothing allocated, and no content makes a member throw.</remarks>
public readonly ref struct PerfRecord
{
    internal const int HeaderSize = 8;

    // From here on numbers are perf's own, for files; its records have no sample_id.
    private const uint FirstOfFiles = 64;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly RecordFormat? _format;
    private readonly ulong _header;

    private PerfRecord(ReadOnlySpan<byte> bytes, ulong header, RecordFormat? format)
    {
        _bytes = bytes;
        _header = header;
        _format = format;
    }

    /// <summary>What the record tells. It may be a number without a name.</summary>
    public RecordType Type => (RecordType)(uint)_header;

    /// <summary>The header's <c>misc</c>: the CPU mode in the low three bits, and flags that depend on the type.</summary>
    public ushort Misc => (ushort)(_header >> 32);

    /// <summary>Where the CPU was.</summary>
    public CpuMode CpuMode => (CpuMode)((_header >> 32) & PerfEventHeader.CpuModeMask);

    /// <summary>Bytes of the whole record, its header included.</summary>
    public int Size => _bytes.Length;

    /// <summary>The whole record.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The format of the event that the record is of; null where it is not known.</summary>
    public RecordFormat? Format => _format;

    /// <summary>What lies between the header and the <c>sample_id</c>; all of it in a sample, and in a record whose format is not known.</summary>
    public ReadOnlySpan<byte> Body => HasTrailer
        ? _bytes[HeaderSize..Math.Max(HeaderSize, _bytes.Length - _format!.TrailerSize)]
        : _bytes[HeaderSize..];

    private bool HasTrailer => _format is { HasTrailer: true } && (uint)_header is not (uint)RecordType.Sample and < FirstOfFiles;

    /// <summary>The record that <paramref name="bytes"/> begin with.</summary>
    /// <param name="bytes">One or more records.</param>
    /// <param name="format">That of the event that the record is of; without it only the header and the body can be read.</param>
    /// <param name="record">The record.</param>
    /// <returns>False when there are fewer bytes than the record's header says, or it says fewer than it takes itself.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, RecordFormat? format, out PerfRecord record)
    {
        if (MemoryMarshal.TryRead(bytes, out ulong header))
        {
            var size = (int)(header >> 48);
            if (size >= HeaderSize && size <= bytes.Length)
            {
                record = new PerfRecord(bytes[..size], header, format);
                return true;
            }
        }

        record = default;
        return false;
    }

    /// <summary>The record with another format.</summary>
    internal PerfRecord With(RecordFormat? format) => new(_bytes, _header, format);

    /// <summary>When it was, in nanoseconds of the event's clock.</summary>
    public bool TryGetTime(out ulong time) => TryGetWord(_format?.TimeWord, _format?.TrailerTimeWord, out time);

    /// <summary>The process and thread that the record is of.</summary>
    public bool TryGetThread(out int pid, out int tid)
    {
        var found = TryGetWord(_format?.TidWord, _format?.TrailerTidWord, out var word);
        pid = (int)(uint)word;
        tid = (int)(word >> 32);
        return found;
    }

    /// <summary>The CPU on which it was.</summary>
    public bool TryGetCpu(out int cpu)
    {
        var found = TryGetWord(_format?.CpuWord, _format?.TrailerCpuWord, out var word);
        cpu = (int)(uint)word;
        return found;
    }

    /// <summary>The id of the event that the record is of, as <c>PERF_EVENT_IOC_ID</c> tells it.</summary>
    public bool TryGetId(out ulong id) => TryGetWord(_format?.IdWord, _format?.TrailerIdWord, out id);

    /// <summary>The id of the very event: an inherited one, or one of an event with a ring for each CPU, has its own.</summary>
    public bool TryGetStreamId(out ulong id) => TryGetWord(_format?.StreamIdWord, _format?.TrailerStreamIdWord, out id);

    /// <summary>An overflow.</summary>
    public bool TryAsSample(out SampleRecord sample)
    {
        if ((uint)_header == (uint)RecordType.Sample && _format is not null)
        {
            sample = new SampleRecord(MemoryMarshal.Cast<byte, ulong>(_bytes), _format);
            return true;
        }

        sample = default;
        return false;
    }

    /// <summary>A mapping, of either form.</summary>
    public bool TryAsMmap(out MmapRecord mmap) => MmapRecord.TryOf(this, out mmap);

    /// <summary>A thread's new name.</summary>
    public bool TryAsComm(out CommRecord comm) => CommRecord.TryOf(this, out comm);

    /// <summary>The beginning or the end of a thread.</summary>
    public bool TryAsTask(out TaskRecord task) => TaskRecord.TryOf(this, out task);

    /// <summary>Records that had no room in the ring.</summary>
    public bool TryAsLost(out LostRecord lost) => LostRecord.TryOf(this, out lost);

    /// <summary>Samples that were dropped before they were records.</summary>
    public bool TryAsLostSamples(out LostSamplesRecord lost) => LostSamplesRecord.TryOf(this, out lost);

    /// <summary>The beginning or the end of a throttling.</summary>
    public bool TryAsThrottle(out ThrottleRecord throttle) => ThrottleRecord.TryOf(this, out throttle);

    /// <summary>An inherited event's count at the end of its thread.</summary>
    public bool TryAsRead(out ReadRecord read) => ReadRecord.TryOf(this, out read);

    /// <summary>New data in the AUX area.</summary>
    public bool TryAsAux(out AuxRecord aux) => AuxRecord.TryOf(this, out aux);

    /// <summary>The start of an instruction trace.</summary>
    public bool TryAsItraceStart(out ItraceStartRecord start) => ItraceStartRecord.TryOf(this, out start);

    /// <summary>A thread coming or going, of either form.</summary>
    public bool TryAsSwitch(out SwitchRecord change) => SwitchRecord.TryOf(this, out change);

    /// <summary>A process's namespaces.</summary>
    public bool TryAsNamespaces(out NamespacesRecord namespaces) => NamespacesRecord.TryOf(this, out namespaces);

    /// <summary>A symbol that the kernel got or lost.</summary>
    public bool TryAsKsymbol(out KsymbolRecord symbol) => KsymbolRecord.TryOf(this, out symbol);

    /// <summary>A BPF program loaded or unloaded.</summary>
    public bool TryAsBpfEvent(out BpfEventRecord bpf) => BpfEventRecord.TryOf(this, out bpf);

    /// <summary>A cgroup's path.</summary>
    public bool TryAsCgroup(out CgroupRecord cgroup) => CgroupRecord.TryOf(this, out cgroup);

    /// <summary>A change of the kernel's code.</summary>
    public bool TryAsTextPoke(out TextPokeRecord poke) => TextPokeRecord.TryOf(this, out poke);

    /// <summary>What the hardware calls an event in AUX data.</summary>
    public bool TryAsAuxOutputHardwareId(out AuxOutputHardwareIdRecord id) => AuxOutputHardwareIdRecord.TryOf(this, out id);

    /// <summary>The body of a record that has to be of this type, and of this many bytes at least.</summary>
    internal bool TryBody(RecordType type, int least, out RecordBody body)
    {
        body = new RecordBody(Body);
        return Type == type && body.Length >= least && (!HasTrailer || _bytes.Length - HeaderSize >= least + _format!.TrailerSize);
    }

    /// <summary>The id, of a record of one of several formats that have it at the same place.</summary>
    internal bool TryGetId(RecordFormat any, out ulong id)
    {
        var at = (uint)_header == (uint)RecordType.Sample ? any.IdWord * 8L
            : any.HasTrailer && (uint)_header < FirstOfFiles ? _bytes.Length - (any.TrailerIdWord * 8L)
            : 0;
        if (at >= HeaderSize && at < _bytes.Length)
        {
            return MemoryMarshal.TryRead(_bytes[(int)at..], out id);
        }

        id = 0;
        return false;
    }

    private bool TryGetWord(int? ofSample, int? fromEnd, out ulong word)
    {
        word = 0;
        if (_format is null)
        {
            return false;
        }

        if ((uint)_header == (uint)RecordType.Sample)
        {
            var words = MemoryMarshal.Cast<byte, ulong>(_bytes);
            if ((uint)ofSample!.Value < (uint)words.Length)
            {
                word = words[ofSample.Value];
                return true;
            }

            return false;
        }

        // Behind the header at the least.
        var start = HasTrailer ? _bytes.Length - ((long)fromEnd!.Value * sizeof(ulong)) : 0;
        return start >= HeaderSize && MemoryMarshal.TryRead(_bytes[(int)start..], out word);
    }
}
