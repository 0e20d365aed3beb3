using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perfmon.Native.Abi;

/// <summary><c>struct perf_event_mmap_page</c>: the first page of an event's mapping, shared with the kernel.</summary>
[CStruct("perf_event_mmap_page")]
[StructLayout(LayoutKind.Sequential)]
internal struct PerfEventMmapPage
{
    /// <summary>A bit of <see cref="Capabilities"/>, <c>cap_user_rdpmc</c>: user space may read the counter.</summary>
    public const ulong CanReadCounter = 1 << 2;

    /// <summary>A bit of <see cref="Capabilities"/>, <c>cap_user_time</c>: the times can be brought up to date.</summary>
    public const ulong CanReadTime = 1 << 3;

    public uint Version;
    public uint CompatVersion;

    /// <summary>A sequence lock: odd, or changed, while the kernel writes the fields below.</summary>
    public uint Lock;

    /// <summary>The hardware counter plus one; 0 while the event is not on the PMU.</summary>
    public uint Index;

    /// <summary>To be added to the hardware counter's value.</summary>
    public long Offset;

    public ulong TimeEnabled;
    public ulong TimeRunning;
    public ulong Capabilities;
    public ushort PmcWidth;
    public ushort TimeShift;
    public uint TimeMult;
    public ulong TimeOffset;
    public ulong TimeZero;
    public uint Size;

    [CField("__reserved_1")]
    public uint Reserved1;

    public ulong TimeCycles;
    public ulong TimeMask;

    [CField("__reserved")]
    public ReservedBytes Reserved;

    /// <summary>Written by the kernel; read it, then a barrier, then the records.</summary>
    public ulong DataHead;

    /// <summary>Written by user space, after a barrier, once the records are read.</summary>
    public ulong DataTail;

    public ulong DataOffset;
    public ulong DataSize;
    public ulong AuxHead;
    public ulong AuxTail;
    public ulong AuxOffset;
    public ulong AuxSize;

    /// <summary>The hole that puts the ring's indices at byte 1024.</summary>
    [InlineArray(928)]
    internal struct ReservedBytes
    {
        private byte _byte0;
    }
}
