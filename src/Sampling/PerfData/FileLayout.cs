using System.Runtime.InteropServices;

namespace Perfmon.Sampling.PerfData;

/// <summary>A part of a file: <c>struct perf_file_section</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileSection
{
    public ulong Offset;
    public ulong Size;
}

/// <summary>
/// What a perf.data file begins with: <c>struct perf_file_header</c>. A pipe has the first two fields only; the rest comes in records.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileHeader
{
    public const int Size = 104;

    /// <summary>Of the header in a pipe.</summary>
    public const int PipeSize = 16;

    /// <summary>Of the header of old versions, which have no features.</summary>
    public const int OldSize = 72;

    /// <summary>"PERFILE2", as a number of a little-endian machine.</summary>
    public const ulong MagicNumber = 0x32454C4946524550;

    /// <summary>The same of a big-endian machine.</summary>
    public const ulong SwappedMagicNumber = 0x50455246494C4532;

    /// <summary>"PERFFILE": the first version.</summary>
    public const ulong FirstMagicNumber = 0x454C494646524550;

    public ulong Magic;
    public ulong HeaderSize;

    /// <summary>Bytes of each entry of <see cref="Attrs"/>: a <c>perf_event_attr</c>, and the <see cref="FileSection"/> of its ids.</summary>
    public ulong AttrSize;

    public FileSection Attrs;

    /// <summary>The records. Its size is 0 as long as perf writes the file.</summary>
    public FileSection Data;

    public FileSection EventTypes;

    /// <summary>A bit for each feature; the <see cref="FileSection"/>s of those that are there lie behind the records.</summary>
    public ulong Features;

    public ulong Features2;
    public ulong Features3;
    public ulong Features4;
}

/// <summary>The features of a file that are read or written: <c>HEADER_*</c> of perf.</summary>
internal enum Feature
{
    TracingData = 1,
    BuildId = 2,
    HostName = 3,
    OsRelease = 4,
    Version = 5,
    Architecture = 6,
    CpuCount = 7,
    CpuDescription = 8,
    CpuId = 9,
    TotalMemory = 10,
    CommandLine = 11,
    EventDescription = 12,
    SampleTime = 21,
}

/// <summary>The records that perf itself writes: <c>enum perf_user_event_type</c>. The others of them say nothing that is needed here.</summary>
internal enum FileRecordType : uint
{
    HeaderAttr = 64,
    HeaderTracingData = 66,
    HeaderBuildId = 67,
    FinishedRound = 68,
    AuxTraceInfo = 70,
    AuxTrace = 71,
    AuxTraceError = 72,
    EventUpdate = 78,
    HeaderFeature = 80,
    Compressed = 81,
    Compressed2 = 83,
}
