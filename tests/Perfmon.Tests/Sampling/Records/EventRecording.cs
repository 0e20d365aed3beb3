using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>A real event of the real kernel, its ring, and the records taken out of it.</summary>
internal sealed class EventRecording : IDisposable
{
    private readonly SafeKernelHandle _event;
    private readonly EventRing _ring;
    private readonly ulong[] _record = new ulong[(1 << 16) / sizeof(ulong)];

    /// <param name="attr">The event.</param>
    /// <param name="pid">The process or thread; 0 is the calling thread, -1 all.</param>
    /// <param name="cpu">The CPU; -1 is all.</param>
    /// <param name="pages">Pages of the ring.</param>
    public EventRecording(PerfEventAttr attr, int pid = 0, int cpu = -1, int pages = 64)
    {
        attr.Size = PerfEventAttr.Size5;
        Format = RecordFormat.Of(attr);
        var opened = LinuxKernel.Instance.PerfEventOpen(ref attr, pid, cpu, -1, PerfEventOpenFlags.FdCloexec);
        Assert.False(opened.Failed, $"perf_event_open: {opened.Error}");
        _event = new SafeKernelHandle(LinuxKernel.Instance, (int)opened.Value);
        var mapped = EventRing.TryMap(LinuxKernel.Instance, Descriptor, pages, out var ring);
        Assert.False(mapped.Failed, $"mmap: {mapped.Error}");
        _ring = ring!;
    }

    public RecordFormat Format { get; }

    /// <summary>What <c>PERF_EVENT_IOC_ID</c> says.</summary>
    public ulong Id
    {
        get
        {
            var id = 0UL;
            Assert.False(LinuxKernel.Instance.Ioctl(Descriptor, PerfEventIoctl.Id, ref id).Failed);
            return id;
        }
    }

    private int Descriptor => _event.Descriptor;

    /// <summary>The count, as <c>read(2)</c> tells it without further fields.</summary>
    public ulong Count
    {
        get
        {
            var words = new ulong[8];
            Assert.False(LinuxKernel.Instance.Read(Descriptor, MemoryMarshal.AsBytes(words.AsSpan())).Failed);
            return words[0];
        }
    }

    /// <summary>All records that are in the ring now.</summary>
    public List<byte[]> Take()
    {
        var records = new List<byte[]>();
        while (_ring.TryTake(_record, out var header))
            records.Add(MemoryMarshal.AsBytes(_record.AsSpan())[..header.Size].ToArray());
        return records;
    }

    /// <summary>All records of one type that are in the ring now.</summary>
    public List<byte[]> Take(RecordType type) => [.. Take().Where(bytes => BitConverter.ToUInt32(bytes) == (uint)type)];

    /// <summary>The one sample of <paramref name="bytes"/>, complete.</summary>
    public SampleRecord Sample(byte[] bytes)
    {
        Assert.True(RecordBytes.Read(bytes, Format).TryAsSample(out var sample));
        Assert.True(sample.IsComplete);
        return sample;
    }

    public void Dispose()
    {
        _ring.Dispose();
        _event.Dispose();
    }
}
