using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>A sample of every field that there is.</summary>
internal static class Samples
{
    public const ulong UserRegisters = (1 << 7) | (1 << 8) | (1 << 23);

    // All but WEIGHT_STRUCT, which shares WEIGHT's place and is refused beside it.
    public static RecordFormat EverythingFormat { get; } = RecordFormat.Of(new PerfEventAttr
    {
        SampleType = (PerfSampleFormat)((1UL << 24) - 1),
        ReadFormat = PerfReadFormat.Group | PerfReadFormat.Id | PerfReadFormat.Lost | PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning,
        BranchSampleType = (1 << 17) | (1 << 19),
        SampleRegsUser = UserRegisters,
        SampleRegsIntr = 1UL << 63,
        Flags = PerfEventAttrFlags.SampleIdAll,
    });

    public static RecordBytes Everything() => new RecordBytes(RecordType.Sample, (1 << 14) | 2)
        .U64(1, 2).U32(3, 4).U64(5, 6, 1, 8).U32(9, 0).U64(10)
        .U64(2, 11, 12, 13, 14, 15, 16, 17, 18)
        .U64(3, CallchainContext.User, 20, 21)
        .U32(12).U8(22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33)
        .U64(2, 34, 35, 36, 37, 38, 39, 40, 41, 42)
        .U64(2, 43, 44, 45)
        .U64(16).U8(46, 47, 48, 49, 50, 51, 52, 53, 54, 0, 0, 0, 0, 0, 0, 0).U64(9)
        .U32(55).U16(56, 57)
        .U64(58, 59)
        .U64(1, 60)
        .U64(61, 62, 63, 64)
        .U64(8).U8(65, 66, 67, 68, 69, 70, 71, 72);
}
