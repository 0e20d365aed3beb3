using System.Runtime.CompilerServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>Tells of an event's overflows: its descriptor is readable, and a small ring says when and on which CPU each was.</summary>
internal class OverflowSignal : IDisposable
{
    // A record is words: perf_event_header; u64 time (PERF_SAMPLE_TIME); u32 cpu, reserved (PERF_SAMPLE_CPU); and with PERF_SAMPLE_READ
    // what read(2) would give.
    private const int TimeWord = 1;
    private const int CpuWord = 2;
    private const int ReadWord = 3;

    // The clock of Stopwatch.
    private const int ClockMonotonic = 1;

    private readonly EventRing _ring;
    private readonly ulong[] _record;

    /// <param name="descriptor">The event.</param>
    /// <param name="ring">Its mapping.</param>
    /// <param name="readSize">Bytes of a read of it; 0 where records do not carry one.</param>
    protected OverflowSignal(int descriptor, EventRing ring, int readSize = 0)
    {
        Descriptor = descriptor;
        _ring = ring;
        _record = new ulong[ReadWord + (readSize / sizeof(ulong))];
    }

    /// <summary>The event's, which must outlive this.</summary>
    public int Descriptor { get; }

    /// <summary>How often the kernel held the event back because it overflowed too often.</summary>
    public ulong Throttled { get; private set; }

    /// <summary>What a read of the event gave at the overflow that was taken last.</summary>
    public ReadOnlySpan<ulong> Read => _record.AsSpan(ReadWord);

    /// <summary>Asks for what <see cref="TryTake"/> tells. The period is to be set before the event is enabled.</summary>
    public static void Ask(ref PerfEventAttr attr, bool reads)
    {
        attr.SamplePeriod = ulong.MaxValue >> 1;
        attr.SampleType = PerfSampleFormat.Time | PerfSampleFormat.Cpu | (reads ? PerfSampleFormat.Read : 0);
        attr.WakeupEvents = 1;
        UseClock(ref attr);
    }

    /// <summary>Asks for the same clock. All members of a group have one, or the kernel does not take them.</summary>
    public static void UseClock(ref PerfEventAttr attr)
    {
        attr.Flags |= PerfEventAttrFlags.UseClockid;
        attr.Clockid = ClockMonotonic;
    }

    /// <param name="kernel">Whose event it is.</param>
    /// <param name="descriptor">The event.</param>
    /// <param name="readSize">Bytes of a read of it; 0 where records do not carry one.</param>
    /// <param name="signal">The signal.</param>
    public static KernelResult TryMap(IPerfKernel kernel, int descriptor, int readSize, out OverflowSignal? signal)
    {
        var result = TryMap(kernel, descriptor, out var ring);
        signal = result.Failed ? null : new OverflowSignal(descriptor, ring!, readSize);
        return result;
    }

    /// <summary>Takes the oldest overflow there is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out Overflow overflow)
    {
        while (_ring.TryTake(_record, out var header))
        {
            if (header.Type == PerfRecordType.Sample)
            {
                overflow = new Overflow((int)(uint)_record[CpuWord], _record[TimeWord]);
                return true;
            }

            Throttled += header.Type == PerfRecordType.Throttle ? 1UL : 0;
        }

        overflow = default;
        return false;
    }

    public virtual void Dispose() => _ring.Dispose();

    /// <summary>Maps an event with room for some overflows.</summary>
    protected static KernelResult TryMap(IPerfKernel kernel, int descriptor, out EventRing? ring) => EventRing.TryMap(kernel, descriptor, pages: 1, out ring);
}

/// <summary>An overflow of an event.</summary>
/// <param name="Cpu">The CPU on which it was.</param>
/// <param name="Time">When, in nanoseconds of the monotonic clock.</param>
internal readonly record struct Overflow(int Cpu, ulong Time);
