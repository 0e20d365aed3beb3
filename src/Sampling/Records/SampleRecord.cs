using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     { u64 id;          } && PERF_SAMPLE_IDENTIFIER
//     { u64 ip;          } && PERF_SAMPLE_IP
//     { u32 pid, tid;    } && PERF_SAMPLE_TID
//     { u64 time;        } && PERF_SAMPLE_TIME
//     { u64 addr;        } && PERF_SAMPLE_ADDR
//     { u64 id;          } && PERF_SAMPLE_ID
//     { u64 stream_id;   } && PERF_SAMPLE_STREAM_ID
//     { u32 cpu, res;    } && PERF_SAMPLE_CPU
//     { u64 period;      } && PERF_SAMPLE_PERIOD
//     ... the parts of SampleParts.cs
// };

/// <summary>
/// An overflow of an event: <c>PERF_RECORD_SAMPLE</c>. Which fields it has is the event's choice (<see cref="Fields"/>); one that it does not
/// have, or that its bytes end before, is 0 or empty.
/// </summary>
public readonly ref struct SampleRecord
{
    private readonly ReadOnlySpan<ulong> _words;
    private readonly RecordFormat _format;

    internal SampleRecord(ReadOnlySpan<ulong> words, RecordFormat format)
    {
        _words = words;
        _format = format;
    }

    /// <summary>What samples of the event carry.</summary>
    public SampleFields Fields => _format.Fields;

    /// <summary>
    /// Whether all that they carry is there. The kernel writes whole records; of one that is not, the fields up to the damage can be read.
    /// </summary>
    public bool IsComplete => SampleParts.End(_words, _format) == _words.Length;

    /// <summary>Where the CPU was.</summary>
    public CpuMode CpuMode => (CpuMode)((_words[0] >> 32) & PerfEventHeader.CpuModeMask);

    /// <summary>Whether <see cref="Ip"/> is the very instruction that made the event overflow, not one some way behind it.</summary>
    public bool IsExact => ((_words[0] >> 32) & PerfRecordMisc.ExactIp) != 0;

    /// <summary>The address of the instruction.</summary>
    public ulong Ip => Word(_format.IpWord);

    /// <summary>The process.</summary>
    public int Pid => (int)(uint)Word(_format.TidWord);

    /// <summary>The thread.</summary>
    public int Tid => (int)(Word(_format.TidWord) >> 32);

    /// <summary>When it was, in nanoseconds of the event's clock.</summary>
    public ulong Time => Word(_format.TimeWord);

    /// <summary>The address that a breakpoint, a page fault or a sampled memory access was at.</summary>
    public ulong Address => Word(_format.AddressWord);

    /// <summary>The event's id, as <c>PERF_EVENT_IOC_ID</c> tells it.</summary>
    public ulong Id => Word(_format.IdWord);

    /// <summary>The id of the very event: an inherited one has its own.</summary>
    public ulong StreamId => Word(_format.StreamIdWord);

    /// <summary>The CPU.</summary>
    public int Cpu => (int)(uint)Word(_format.CpuWord);

    /// <summary>How many events this sample stands for.</summary>
    public ulong Period => Word(_format.PeriodWord);

    /// <summary>
    /// Addresses from the innermost function outwards. Numbers from <see cref="CallchainContext.Max"/> up are no addresses: they say where what follows
    /// was (<see cref="CallchainContext"/>).
    /// </summary>
    public ReadOnlySpan<ulong> Callchain
    {
        get
        {
            var part = Part(SamplePart.Callchain);
            return part.IsEmpty ? part : part[1..];
        }
    }

    /// <summary>What the event's source adds, a tracepoint its fields: they and the padding that the kernel adds to make whole words.</summary>
    public ReadOnlySpan<byte> Raw
    {
        get
        {
            // { u32 size; char data[size]; }
            var part = MemoryMarshal.AsBytes(Part(SamplePart.Raw));
            return part.IsEmpty ? part : part[sizeof(uint)..];
        }
    }

    /// <summary>The branches before the overflow, the last first.</summary>
    public BranchStack Branches => new(Part(SamplePart.Branches), _format.BranchFields);

    /// <summary>The registers of the program, at its last entry into the kernel when the overflow was there.</summary>
    public SampledRegisters UserRegisters => new(Part(SamplePart.UserRegisters), _format.UserRegisters);

    /// <summary>The registers at the overflow.</summary>
    public SampledRegisters InterruptRegisters => new(Part(SamplePart.InterruptRegisters), _format.InterruptRegisters);

    /// <summary>The beginning of the program's stack, from its stack pointer on, as far as the kernel could copy it.</summary>
    public ReadOnlySpan<byte> UserStack
    {
        get
        {
            // { u64 size; char data[size]; u64 dyn_size; }, and without the last two where size is 0.
            var part = Part(SamplePart.UserStack);
            if (part.Length < 2)
            {
                return [];
            }

            var data = MemoryMarshal.AsBytes(part[1..^1]);
            return data[..(int)Math.Min(part[^1], (ulong)data.Length)];
        }
    }

    /// <summary>What the access or instruction cost.</summary>
    public SampleWeight Weight => new(PartWord(SamplePart.Weight));

    /// <summary>Where the data of a sampled memory access came from.</summary>
    public DataSource DataSource => new(PartWord(SamplePart.DataSource));

    /// <summary>What a hardware transaction met: <c>PERF_TXN_*</c>, and the abort code in the upper 32 bits.</summary>
    public ulong Transaction => PartWord(SamplePart.Transaction);

    /// <summary>The physical address of <see cref="Address"/>; 0 where the kernel has none.</summary>
    public ulong PhysicalAddress => PartWord(SamplePart.PhysicalAddress);

    /// <summary>The id of the thread's cgroup, which a <see cref="CgroupRecord"/> names.</summary>
    public ulong Cgroup => PartWord(SamplePart.Cgroup);

    /// <summary>Bytes of the page that <see cref="Address"/> lies in; 0 where the kernel does not know.</summary>
    public ulong DataPageSize => PartWord(SamplePart.DataPageSize);

    /// <summary>Bytes of the page that <see cref="Ip"/> lies in; 0 where the kernel does not know.</summary>
    public ulong CodePageSize => PartWord(SamplePart.CodePageSize);

    /// <summary>The last bytes of the AUX area at the overflow.</summary>
    public ReadOnlySpan<byte> Aux
    {
        get
        {
            // { u64 size; char data[size]; }
            var part = Part(SamplePart.Aux);
            return part.IsEmpty ? [] : MemoryMarshal.AsBytes(part[1..]);
        }
    }

    /// <summary>What a read of the event gave at the overflow, or of all its group.</summary>
    public bool TryGetCounters(out CounterValues counters)
    {
        var part = Part(SamplePart.Read);
        counters = new CounterValues(part, _format.ReadFormat);
        return !part.IsEmpty;
    }

    private ulong Word(int index)
    {
        var words = _words;
        return (uint)index < (uint)words.Length ? words[index] : 0;
    }

    private ReadOnlySpan<ulong> Part(SamplePart part) => SampleParts.Find(_words, _format, part);

    private ulong PartWord(SamplePart part) => Part(part) is [var word] ? word : 0;
}
