using Perfmon.Native.Abi;

namespace Perfmon.Tests.Abi;

// Declarations to try the proof itself with: right ones, and some that a header must refuse.
#pragma warning disable CS0649, CS0169, CA1823, IDE0044, IDE0051 // Only their layout is of interest.

[Flags]
internal enum SampleFlags : ulong
{
    None = 0,
    [CBitField("disabled")] Disabled = 1 << 0,
    [CBitField("exclude_kernel")] ExcludeKernel = 1 << 5,
    [CBitField("precise_ip", Value = 3)] PreciseIp = 3 << 15,
    [CBitField("sigtrap"), CSince(5, 13)] Sigtrap = 1UL << 37,
    [CBitField("of_the_future"), CSince(99, 0)] OfTheFuture = 1UL << 60,
}

[CStruct("perf_event_attr")]
internal struct SampleAttr
{
    public uint Type;
    public uint Size;
    public ulong Config;
    [CField("sample_freq")] public ulong SamplePeriod;
    public ulong SampleType;
    public ulong ReadFormat;
    public SampleFlags Flags;
    public uint WakeupWatermark;
    public uint BpType;
    public ulong BpAddr;
    public ulong Config2;
    public ulong BranchSampleType;
    public ulong SampleRegsUser;
    public uint SampleStackUser;
    public int Clockid;
    public ulong SampleRegsIntr;
    public uint AuxWatermark;
    public ushort SampleMaxStack;
    private ushort _reserved2;
    public uint AuxSampleSize;
    private uint _reserved3;
    public ulong SigData;
    [CSince("PERF_ATTR_SIZE_VER8")] public ulong Config3;
    [CSince("PERF_ATTR_SIZE_VER99")] public ulong OfTheFuture;
}

[CStruct("perf_event_attr", IsPrefix = true)]
internal struct SamplePrefix
{
    public uint Type;
}

internal static class SampleConstants
{
    [CConstant("PERF_TYPE_SOFTWARE")] public const uint Software = 1;
    [CConstant("HW_BREAKPOINT_RW")] public const int ReadWrite = 3;
    [CConstant("PERF_EVENT_IOC_PERIOD")] public const ulong Period = 0x40082404;
    [CConstant("PERF_OF_THE_FUTURE"), CSince("PERF_OF_THE_FUTURE")] public const int OfTheFuture = 1;
    public const int OnlyHere = 7;
}

[CStruct("perf_event_header")]
internal struct WrongSize
{
    public uint Type;
    public ushort Misc;
    public ushort Size;
    private uint _none;
}

[CStruct("perf_event_header")]
internal struct WrongOffset
{
    public uint Type;
    public ushort Size;
    public ushort Misc;
}

[CStruct("perf_event_header")]
internal struct WrongFieldSize
{
    public ushort Type;
    private ushort _none;
    public ushort Misc;
    public ushort Size;
}

[CStruct("perf_event_header")]
internal struct WrongName
{
    public uint Kind;
    public ushort Misc;
    public ushort Size;
}

internal enum WrongConstant
{
    [CConstant("PERF_TYPE_SOFTWARE")] Software = 2,
}

[Flags]
internal enum WrongFlags : ulong
{
    [CBitField("inherit")] Inherit = 1 << 2,
}

[CStruct("perf_event_attr", IsPrefix = true)]
internal struct WrongBits
{
    private uint _type, _size;
    private ulong _config, _period, _sampleType, _readFormat;
    public WrongFlags Flags;
}
