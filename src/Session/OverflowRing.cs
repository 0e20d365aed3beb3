using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// Where the members of a group tell of their overflows: one ring for all, so that overflows stay in order. Each record has the values of the whole
/// group as of then.
/// </summary>
internal sealed class OverflowRing : IDisposable
{
    // Room for some ten thousand overflows, so that none is lost before a thread that has just begun to watch wakes up. Where so much may not be locked
    // (perf_event_mlock_kb allows 512 KiB to a user without privileges, for all rings together), what may be.
    private const int MostPages = 256;
    private const int FewestPages = 4;

    private readonly EventRing _ring;
    private readonly ulong[] _ids;

    private OverflowRing(SteadyGroup group, int owner, EventRing ring, ulong[] ids)
    {
        Group = group;
        Descriptor = group.Descriptor(owner);
        _ring = ring;
        _ids = ids;
    }

    /// <summary>Whose overflows they are.</summary>
    public SteadyGroup Group { get; }

    /// <summary>Readable when somebody is to look. It belongs to the group.</summary>
    public int Descriptor { get; }

    /// <summary>Overflows that found no room in the ring.</summary>
    public ulong Lost { get; private set; }

    /// <summary>How often the kernel held a counter back because it overflowed too often.</summary>
    public ulong Throttled { get; private set; }

    /// <summary>Asks for what <see cref="TryTake"/> tells. The period is to be set before the event is enabled.</summary>
    /// <param name="attr">The event.</param>
    /// <param name="wakeupEvents">After how many overflows the ring is readable; 0: when it is half full.</param>
    public static void Ask(ref PerfEventAttr attr, int wakeupEvents)
    {
        attr.SamplePeriod = ulong.MaxValue >> 1;
        attr.SampleType = PerfSampleFormat.Ip | PerfSampleFormat.Tid | PerfSampleFormat.Time | PerfSampleFormat.Id | PerfSampleFormat.Cpu | PerfSampleFormat.Read;
        attr.WakeupEvents = (uint)wakeupEvents;
        OverflowSignal.UseClock(ref attr);
    }

    public static KernelResult TryMap(IPerfKernel kernel, SteadyGroup group, out OverflowRing? ring)
    {
        ring = null;
        var ids = new ulong[group.MemberCount];
        var owner = -1;
        EventRing? mapped = null;
        for (var member = 0; member < group.MemberCount; member++)
        {
            if (!group.Counters[member].TellsOverflows)
            {
                continue;
            }

            var result = kernel.Ioctl(group.Descriptor(member), PerfEventIoctl.Id, ref ids[member]);
            if (!result.Failed)
            {
                result = owner < 0
                    ? TryMap(kernel, group.Descriptor(member), out mapped)
                    : kernel.Ioctl(group.Descriptor(member), PerfEventIoctl.SetOutput, group.Descriptor(owner));
            }

            if (result.Failed)
            {
                mapped?.Dispose();
                return result;
            }

            owner = owner < 0 ? member : owner;
        }

        ring = new OverflowRing(group, owner, mapped!, ids);
        return KernelResult.Success;
    }

    private static KernelResult TryMap(IPerfKernel kernel, int descriptor, out EventRing? ring)
    {
        for (var pages = MostPages; ; pages /= 4)
        {
            var result = EventRing.TryMap(kernel, descriptor, pages, out ring);
            if (result.Error is not (Errno.EPERM or Errno.ENOMEM) || pages == FewestPages)
            {
                return result;
            }
        }
    }

    /// <summary>How many bytes of records there have been, those that were taken included.</summary>
    public ulong Written => _ring.Written;

    /// <summary>How many of them were taken.</summary>
    public ulong Taken => _ring.Taken;

    /// <summary>Takes the oldest record into <paramref name="record"/>.</summary>
    public bool TryTake(OverflowRecord record)
    {
        while (_ring.TryTake(record.Words, out var header))
        {
            switch (header.Type)
            {
                case PerfRecordType.Sample:
                    record.Member = Array.IndexOf(_ids, record.Id);
                    return true;
                case PerfRecordType.Lost:
                    Lost += record.LostCount;
                    break;
                case PerfRecordType.Throttle:
                    Throttled++;
                    break;
            }
        }

        return false;
    }

    public void Dispose() => _ring.Dispose();
}
