using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling.PerfData;

/// <summary>The bytes of a <c>perf_event_attr</c> in a file, which may be of another revision than this library's.</summary>
internal static class AttrCode
{
    /// <summary>
    /// The oldest revision that has all that the events use: perf refuses an attr that is larger than its own, whatever is in it.
    /// </summary>
    public static int SizeFor(IEnumerable<PerfDataEvent> events)
    {
        var size = (int)PerfEventAttr.Size5;
        foreach (var one in events)
        {
            var attr = one.Attr;
            var last = MemoryMarshal.AsBytes(new ReadOnlySpan<PerfEventAttr>(in attr)).LastIndexOfAnyExcept((byte)0);
            while (last >= size)
            {
                size += sizeof(ulong);
            }
        }

        return size;
    }

    public static void Write(SectionWriter writer, in PerfEventAttr attr, int size)
    {
        var copy = attr;
        copy.Size = (uint)size;
        writer.Add(MemoryMarshal.AsBytes(new ReadOnlySpan<PerfEventAttr>(in copy))[..size]);
    }

    /// <summary>The bytes that an attr takes which begins like this; less than 0 where it cannot be one.</summary>
    public static int SizeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < PerfEventAttr.Size0)
        {
            return -1;
        }

        var size = MemoryMarshal.Read<uint>(bytes[4..]);
        return size switch
        {
            0 => (int)PerfEventAttr.Size0,
            < PerfEventAttr.Size0 => -1,
            var told when told % sizeof(ulong) != 0 || told > (uint)bytes.Length => -1,
            var told => (int)told,
        };
    }

    /// <summary>Reads an attr of any revision: what newer ones have more says nothing that is needed here.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out PerfEventAttr attr)
    {
        attr = default;
        var size = SizeOf(bytes);
        if (size < 0)
        {
            return false;
        }

        var known = MemoryMarshal.AsBytes(new Span<PerfEventAttr>(ref attr));
        bytes[..Math.Min(size, known.Length)].CopyTo(known);
        return true;
    }
}
