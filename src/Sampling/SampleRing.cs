using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling;

/// <summary>
/// One ring of a session, and what was taken out of it and waits for the reader. Its session's lock is held over every call: the mapping goes while
/// somebody reads, and what was in it is kept.
/// </summary>
internal sealed class SampleRing : IDisposable
{
    private readonly IPerfKernel _kernel;
    private readonly SafeKernelHandle? _anchor;
    private readonly Queue<byte[]> _kept = [];
    private RecordRing? _ring;

    /// <param name="kernel">Whose ring it is.</param>
    /// <param name="ring">The mapping.</param>
    /// <param name="cpu">Its CPU; -1 where it follows one thread.</param>
    /// <param name="anchor">The event that is mapped, where it is the ring's own.</param>
    public SampleRing(IPerfKernel kernel, RecordRing ring, int cpu, SafeKernelHandle? anchor)
    {
        _kernel = kernel;
        _ring = ring;
        _anchor = anchor;
        Cpu = cpu;
        Descriptor = ring.Descriptor;
        Watermark = ring.Size / 4;
    }

    public int Cpu { get; }

    /// <summary>The event that is mapped.</summary>
    public int Descriptor { get; }

    /// <summary>Bytes from which on the kernel should have woken whoever waits; what was asked for, or a quarter.</summary>
    public int Watermark { get; init; }

    /// <summary>Whether more waits in the ring than it takes to be woken.</summary>
    public bool IsOverdue => _ring is { Overwrites: false } ring && ring.Waiting > (ulong)Watermark;

    /// <summary>Hands everything that waits to <paramref name="reader"/>, and then gives the room back to the kernel.</summary>
    public void Read(IRingReader reader)
    {
        while (_kept.TryDequeue(out var bytes))
        {
            var records = RecordReader.Of(bytes);
            reader.Read(this, ref records);
        }

        if (_ring is { Overwrites: false })
        {
            var records = _ring.Read();
            if (records.Left > 0 || records.IsCorrupt)
            {
                reader.Read(this, ref records);
                _ring.Release(records);
            }
        }
    }

    /// <summary>Lets the kernel write to the ring, or not. What it then has no room for is lost, and counted.</summary>
    public KernelResult Pause(bool isPaused) =>
        _ring is null ? KernelResult.Success : _kernel.Ioctl(Descriptor, PerfEventIoctl.PauseOutput, isPaused ? 1 : 0);

    /// <summary>Keeps what a ring that overwrites, and is paused, has got since the last time, oldest first, for the reader to take.</summary>
    public void Keep()
    {
        if (_ring is not { Overwrites: true } ring)
        {
            return;
        }

        var newestFirst = ring.ReadNewestFirst();
        var copy = new byte[(int)newestFirst.Left];
        var start = copy.Length;
        while (newestFirst.TryNext(out var record))
        {
            start -= record.Length;
            record.CopyTo(copy.AsSpan(start));
        }

        _kept.Enqueue(copy[start..]);
    }

    /// <summary>Unmaps the ring. What was in it stays readable; of one that overwrites, what was kept.</summary>
    public void Dispose()
    {
        if (_ring is { } ring)
        {
            if (!ring.Overwrites)
            {
                _kept.Enqueue(ring.CopyUnread());
            }

            _ring = null;
            ring.Dispose();
        }

        _anchor?.Dispose();
    }
}

/// <summary>Takes the records of a ring.</summary>
internal interface IRingReader
{
    /// <summary>Takes all of them: they are gone from the ring afterwards.</summary>
    void Read(SampleRing ring, ref RecordReader records);
}
