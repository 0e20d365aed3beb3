using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u32 pid, tid;
//     u64 addr, len, pgoff;
//     union {                                             PERF_RECORD_MMAP2 only, to the flags
//         struct { u32 maj, min; u64 ino, ino_generation; };
//         struct { u8 build_id_size, reserved_1; u16 reserved_2; u8 build_id[20]; };     PERF_RECORD_MISC_MMAP_BUILD_ID
//     };
//     u32 prot, flags;
//     char filename[];
//     struct sample_id sample_id;
// };

/// <summary>A file, or memory of no file, mapped into a process: <c>PERF_RECORD_MMAP</c>, <c>PERF_RECORD_MMAP2</c>.</summary>
public readonly ref struct MmapRecord
{
    private const int Device = 32;
    private const int BuildIdSize = 20;
    private const int Protection = 56;
    private const int NameOfMmap = 32;
    private const int NameOfMmap2 = 64;

    private readonly RecordBody _body;
    private readonly ushort _misc;

    private MmapRecord(RecordBody body, ushort misc, bool identifies)
    {
        _body = body;
        _misc = misc;
        IsMmap2 = identifies;
    }

    /// <summary>Whether it is the longer form, which says which file it is; without it the properties that do are 0 or empty.</summary>
    public bool IsMmap2 { get; }

    /// <summary>The process; -1 for the kernel and its modules.</summary>
    public int Pid => _body.I32(0);

    /// <summary>The thread.</summary>
    public int Tid => _body.I32(4);

    /// <summary>Where it begins.</summary>
    public ulong Address => _body.U64(8);

    /// <summary>Its bytes.</summary>
    public ulong Length => _body.U64(16);

    /// <summary>The byte of the file that <see cref="Address"/> is.</summary>
    public ulong FileOffset => _body.U64(24);

    /// <summary>Whether it is not executable: <c>PERF_RECORD_MISC_MMAP_DATA</c>.</summary>
    public bool IsData => (_misc & PerfRecordMisc.MmapData) != 0;

    /// <summary>Whether it has <see cref="BuildId"/> in place of device and inode.</summary>
    public bool HasBuildId => IsMmap2 && (_misc & PerfRecordMisc.MmapBuildId) != 0;

    /// <summary>The file's build id.</summary>
    public ReadOnlySpan<byte> BuildId => HasBuildId ? _body.From(Device + 4)[..Math.Min((int)_body.From(Device)[0], BuildIdSize)] : [];

    /// <summary>The major number of the file's device.</summary>
    public uint Major => HasInode ? _body.U32(Device) : 0;

    /// <summary>The minor number of the file's device.</summary>
    public uint Minor => HasInode ? _body.U32(Device + 4) : 0;

    /// <summary>The file's inode.</summary>
    public ulong Inode => HasInode ? _body.U64(Device + 8) : 0;

    /// <summary>The inode's generation: another file's, when the number is used again.</summary>
    public ulong InodeGeneration => HasInode ? _body.U64(Device + 16) : 0;

    /// <summary>What may be done with it: <c>PROT_*</c> of <c>mmap(2)</c>.</summary>
    public uint ProtectionBits => IsMmap2 ? _body.U32(Protection) : 0;

    /// <summary>How it is mapped: <c>MAP_*</c> of <c>mmap(2)</c>.</summary>
    public uint MappingFlags => IsMmap2 ? _body.U32(Protection + 4) : 0;

    /// <summary>The file's path, or a name in brackets or slashes for what is no file: <c>[vdso]</c>, <c>//anon</c>.</summary>
    public ReadOnlySpan<byte> FileName => _body.Text(IsMmap2 ? NameOfMmap2 : NameOfMmap);

    private bool HasInode => IsMmap2 && (_misc & PerfRecordMisc.MmapBuildId) == 0;

    internal static bool TryOf(PerfRecord record, out MmapRecord mmap)
    {
        var longer = record.Type == RecordType.Mmap2;
        if (record.TryBody(longer ? RecordType.Mmap2 : RecordType.Mmap, longer ? NameOfMmap2 : NameOfMmap, out var body))
        {
            mmap = new MmapRecord(body, record.Misc, longer);
            return true;
        }

        mmap = default;
        return false;
    }
}
