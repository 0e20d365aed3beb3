using System.Runtime.InteropServices;

namespace Perfmon.V3;

/// <summary><c>pfm_dfl_smpl_arg</c>, 64 bytes: what the sampling format <c>default</c> is created with.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfmDflSmplArg
{
    /// <summary>Bytes of the buffer, header included.</summary>
    public ulong BufferSize { get; set; }

    /// <summary>Flags; none means anything.</summary>
    public uint Flags { get; set; }

    private uint _reserved1;
    private PfmReserved6 _reserved2;

    /// <summary>The bytes, for <see cref="Pfm.CreateSession"/>.</summary>
    public readonly byte[] ToBytes() => MemoryMarshal.AsBytes(new ReadOnlySpan<PfmDflSmplArg>(in this)).ToArray();
}

/// <summary><c>pfm_dfl_smpl_hdr</c>, 128 bytes: what the buffer of the format <c>default</c> begins with.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfmDflSmplHdr
{
    /// <summary>Entries in the buffer.</summary>
    public ulong Count { get; set; }

    /// <summary>Bytes of the buffer that are used, header included.</summary>
    public ulong CurrentOffset { get; set; }

    /// <summary>How often the buffer was full.</summary>
    public ulong Overflows { get; set; }

    /// <summary>Bytes of the buffer.</summary>
    public ulong BufferSize { get; set; }

    /// <summary>Bytes of the largest entry. The buffer is full when fewer are left.</summary>
    public ulong MinimumBufferSpace { get; set; }

    /// <summary>0x10000.</summary>
    public uint Version { get; set; }

    /// <summary>The flags it was created with.</summary>
    public uint Flags { get; set; }

    private PfmReserved10 _reserved;
}

/// <summary><c>pfm_dfl_smpl_entry</c>, 40 bytes: a PMD that overflowed. A u64 for each of its <c>smpl_pmds</c> follows, in increasing order of their numbers.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfmDflSmplEntry
{
    /// <summary>The thread (<c>pid</c> in perfmon).</summary>
    public uint ThreadId { get; set; }

    /// <summary>The PMD that overflowed.</summary>
    public ushort OverflowPmd { get; set; }

    private ushort _reserved;

    /// <summary>What it was last written or reset to: minus the period that is over.</summary>
    public ulong LastResetValue { get; set; }

    /// <summary>The instruction at which the overflow was noticed.</summary>
    public ulong Ip { get; set; }

    /// <summary>When, in nanoseconds of the monotonic clock.</summary>
    public ulong TimeStamp { get; set; }

    /// <summary>The CPU.</summary>
    public ushort Cpu { get; set; }

    /// <summary>The event set.</summary>
    public ushort Set { get; set; }

    /// <summary>The process (<c>tgid</c>).</summary>
    public uint ProcessId { get; set; }
}

[System.Runtime.CompilerServices.InlineArray(10)]
internal struct PfmReserved10
{
    private ulong _word0;
}
