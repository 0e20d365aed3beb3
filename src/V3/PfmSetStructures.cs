using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Registers;

namespace Perfmon.V3;

/// <summary><c>pfarg_set_desc</c>, 64 bytes: an event set and when it gives way to the next.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfargSetDesc
{
    /// <summary>The set.</summary>
    public ushort Id { get; set; }

    private ushort _reserved1;

    /// <summary>Flags.</summary>
    public PfmSetFlags Flags { get; set; }

    /// <summary>With <see cref="PfmSetFlags.TimeSwitch"/>: nanoseconds of active time, 100,000 or more.</summary>
    public ulong Timeout { get; set; }

    private PfmReserved6 _reserved2;
}

/// <summary><c>pfarg_set_info</c>, 104 bytes: what an event set has done.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PfargSetInfo
{
    /// <summary>The set.</summary>
    public ushort Id { get; set; }

    private ushort _reserved1;
    private uint _reserved2;

    /// <summary>Out: the PMDs whose overflows last ended its run; none since it was attached, or where that PMD was written since.</summary>
    public RegisterMask OverflowPmds { get; set; }

    /// <summary>Out: how often the set became active.</summary>
    public ulong Runs { get; set; }

    /// <summary>
    /// Out: nanoseconds that are left of its run, or with which it begins its next one; 0 where time does not make it give way.
    /// </summary>
    public ulong Timeout { get; set; }

    /// <summary>Out: nanoseconds it was active.</summary>
    public ulong Duration { get; set; }

    private PfmReserved4 _reserved3;
}

[InlineArray(6)]
internal struct PfmReserved6
{
    private ulong _word0;
}
