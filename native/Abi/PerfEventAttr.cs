using System.Runtime.InteropServices;

namespace Perfmon.Native.Abi;

/// <summary>
/// <c>struct perf_event_attr</c>, up to its ninth revision (144 bytes). A kernel that knows less accepts it as long as what it does
/// not know is zero; otherwise it answers E2BIG and writes the size it knows to <see cref="Size"/>.
/// </summary>
[CStruct("perf_event_attr")]
[StructLayout(LayoutKind.Sequential)]
internal struct PerfEventAttr
{
    public uint Type;
    public uint Size;
    public ulong Config;

    /// <summary>Or <c>sample_freq</c>, with <see cref="PerfEventAttrFlags.Freq"/>.</summary>
    public ulong SamplePeriod;

    public PerfSampleFormat SampleType;
    public PerfReadFormat ReadFormat;

    public PerfEventAttrFlags Flags;

    /// <summary>Or <c>wakeup_watermark</c>, with <see cref="PerfEventAttrFlags.Watermark"/>.</summary>
    public uint WakeupEvents;

    public uint BpType;

    /// <summary>Or <c>bp_addr</c>, <c>kprobe_func</c>, <c>uprobe_path</c>.</summary>
    public ulong Config1;

    /// <summary>Or <c>bp_len</c>, <c>kprobe_addr</c>, <c>probe_offset</c>.</summary>
    public ulong Config2;

    public ulong BranchSampleType;
    public ulong SampleRegsUser;
    public uint SampleStackUser;
    public int Clockid;
    public ulong SampleRegsIntr;
    public uint AuxWatermark;
    public ushort SampleMaxStack;

    [CField("__reserved_2")]
    public ushort Reserved2;

    public uint AuxSampleSize;

    /// <summary>aux_start_paused, aux_pause and aux_resume in the low bits (Linux 6.13); reserved before.</summary>
    [CSince(6, 13)]
    public uint AuxAction;

    [CSince("PERF_ATTR_SIZE_VER7")]
    public ulong SigData;

    [CSince("PERF_ATTR_SIZE_VER8")]
    public ulong Config3;

    [CSince("PERF_ATTR_SIZE_VER9")]
    public ulong Config4;

    /// <summary>The size of this declaration: <c>PERF_ATTR_SIZE_VER9</c>.</summary>
    [CSince("PERF_ATTR_SIZE_VER9")]
    [CConstant("PERF_ATTR_SIZE_VER9")]
    public const uint Size9 = 144;

    /// <summary>The sizes of the earlier revisions, which older kernels report.</summary>
    [CConstant("PERF_ATTR_SIZE_VER0")]
    public const uint Size0 = 64;

    [CConstant("PERF_ATTR_SIZE_VER5")]
    public const uint Size5 = 112;

    [CSince("PERF_ATTR_SIZE_VER7")]
    [CConstant("PERF_ATTR_SIZE_VER7")]
    public const uint Size7 = 128;

    [CSince("PERF_ATTR_SIZE_VER8")]
    [CConstant("PERF_ATTR_SIZE_VER8")]
    public const uint Size8 = 136;
}
