using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.V3;

/// <summary><c>pfarg_sinfo</c>, 112 bytes: the registers available to a session.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfargSinfo
{
    /// <summary>The PMCs that can be written.</summary>
    public RegisterMask AvailablePmcs { get; set; }

    /// <summary>The PMDs that can be read and written.</summary>
    public RegisterMask AvailablePmds { get; set; }

    private PfmReserved4 _reserved;
}

/// <summary><c>pfarg_pmr</c>, 16 bytes: a register and its value.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfargPmr : IPmdElement
{
    /// <summary>The register.</summary>
    public ushort Number { get; set; }

    /// <summary>The event set.</summary>
    public ushort Set { get; set; }

    /// <summary>Flags.</summary>
    public PfmRegisterFlags Flags { get; set; }

    /// <summary>The value.</summary>
    public ulong Value { get; set; }

    void IPmdElement.Take(in PmdRead read) => Value = read.Value;
}

/// <summary><c>pfarg_pmd_attr</c>, 208 bytes: a PMD, its value, and what happens when it overflows.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfargPmdAttr : IPmdElement
{
    /// <summary>The register.</summary>
    public ushort Number { get; set; }

    /// <summary>The event set.</summary>
    public ushort Set { get; set; }

    /// <summary>Flags.</summary>
    public PfmRegisterFlags Flags { get; set; }

    /// <summary>The value.</summary>
    public ulong Value { get; set; }

    /// <summary>The value after a restart.</summary>
    public ulong LongReset { get; set; }

    /// <summary>The value after an overflow that does not mask.</summary>
    public ulong ShortReset { get; set; }

    /// <summary>The bits of a random number by which reset values are lowered.</summary>
    public ulong RandomMask { get; set; }

    /// <summary>The PMDs that a sample carries.</summary>
    public RegisterMask SampledPmds { get; set; }

    /// <summary>The PMDs that are reset along.</summary>
    public RegisterMask ResetPmds { get; set; }

    /// <summary>Overflows until the set is switched out; 0: never.</summary>
    public ulong OverflowSwitchCount { get; set; }

    /// <summary>What a sample is labelled with.</summary>
    public ulong SampleEventId { get; set; }

    /// <summary>Out: the value last written or reset to.</summary>
    public ulong LastValue { get; set; }

    private PfmReserved8 _reserved;

    void IPmdElement.Take(in PmdRead read) => (Value, LastValue) = (read.Value, read.LastValue);
}

/// <summary><c>pfarg_msg</c>, 64 bytes: an overflow or the end of the monitored thread. An END is zero but for its type.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfargMsg
{
    /// <summary>1 for an overflow, 2 for the end.</summary>
    public uint Type { get; set; }

    /// <summary>The process of the overflow.</summary>
    public uint OverflowPid { get; set; }

    /// <summary>The set that was active.</summary>
    public ushort ActiveSet { get; set; }

    /// <summary>The CPU of the overflow.</summary>
    public ushort OverflowCpu { get; set; }

    /// <summary>The thread of the overflow.</summary>
    public uint OverflowTid { get; set; }

    /// <summary>The instruction at which the overflow was noticed.</summary>
    public ulong OverflowIp { get; set; }

    /// <summary>The PMDs that overflowed.</summary>
    public RegisterMask OverflowPmds { get; set; }
}

/// <summary>An element of a vector of PMDs to be read.</summary>
internal interface IPmdElement
{
    ushort Number { get; }

    ushort Set { get; }

    /// <summary>Fills in what was read.</summary>
    void Take(in PmdRead read);
}

[InlineArray(4)]
internal struct PfmReserved4
{
    private ulong _word0;
}

[InlineArray(8)]
internal struct PfmReserved8
{
    private ulong _word0;
}
