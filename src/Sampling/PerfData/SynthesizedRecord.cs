using System.Buffers;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;
using Perfmon.Symbols;

namespace Perfmon.Sampling.PerfData;

/// <summary>Writes records as the kernel does: a header, a body, and the <c>sample_id</c> of a format, of which thread and nothing else is told.</summary>
internal sealed class SynthesizedRecord(RecordFormat format)
{
    private const int LongestBuildId = 20;

    private readonly SectionWriter _bytes = new();

    public void WriteComm(IBufferWriter<byte> output, int pid, int tid, ReadOnlySpan<byte> name)
    {
        Start(RecordType.Comm, PerfEventHeader.CpuModeUser);
        _bytes.Add(pid);
        _bytes.Add(tid);
        AddText(name);
        End(output, pid, tid);
    }

    /// <summary>A thread, made by the process's first.</summary>
    public void WriteFork(IBufferWriter<byte> output, int pid, int tid)
    {
        Start(RecordType.Fork, PerfEventHeader.CpuModeUser);
        _bytes.Add(pid);
        _bytes.Add(pid);
        _bytes.Add(tid);
        _bytes.Add(pid);
        _bytes.Add(0UL);
        End(output, pid, tid);
    }

    /// <summary>What is mapped, with the build id of the file, or its inode where that is null.</summary>
    public void WriteMmap2(IBufferWriter<byte> output, int pid, in ProcMapping mapping, string? buildId = null)
    {
        Start(RecordType.Mmap2, (ushort)(PerfEventHeader.CpuModeUser | (buildId is null ? 0 : PerfRecordMisc.MmapBuildId)));
        AddMapping(pid, pid, mapping.Start, mapping.End - mapping.Start, mapping.Offset);
        if (buildId is null)
        {
            _bytes.Add(mapping.Major);
            _bytes.Add(mapping.Minor);
            _bytes.Add(mapping.Inode);
            _bytes.Add(0UL);
        }
        else
        {
            // u8 build_id_size, __reserved_1; u16 __reserved_2; u8 build_id[20];
            var id = Convert.FromHexString(buildId).AsSpan();
            id = id[..Math.Min(id.Length, LongestBuildId)];
            _bytes.Add((uint)id.Length);
            _bytes.Add(id);
            _bytes.Add(stackalloc byte[LongestBuildId - id.Length]);
        }

        _bytes.Add(mapping.Protection);
        _bytes.Add(mapping.Flags);

        // Memory of no file is called so by the kernel's records.
        AddText(System.Text.Encoding.UTF8.GetBytes(mapping.FileName is "" ? "//anon" : mapping.FileName));
        End(output, pid, pid);
    }

    public void WriteKernelMmap(IBufferWriter<byte> output, ulong address, ulong length, ulong offset, string name)
    {
        Start(RecordType.Mmap, PerfEventHeader.CpuModeKernel);
        AddMapping(-1, 0, address, length, offset);
        AddText(System.Text.Encoding.UTF8.GetBytes(name));
        End(output, -1, 0);
    }

    private void Start(RecordType type, ushort misc)
    {
        _bytes.Clear();
        _bytes.Add((uint)type);
        _bytes.Add(misc);
        _bytes.Add((ushort)0);
    }

    private void AddMapping(int pid, int tid, ulong address, ulong length, ulong offset)
    {
        _bytes.Add(pid);
        _bytes.Add(tid);
        _bytes.Add(address);
        _bytes.Add(length);
        _bytes.Add(offset);
    }

    // A path has 4 KiB at the most, so no record becomes too long.
    private void AddText(ReadOnlySpan<byte> text)
    {
        _bytes.Add(text[..Math.Min(text.Length, 8192)]);
        _bytes.Add((byte)0);
        _bytes.Align(0, sizeof(ulong));
    }

    private void End(IBufferWriter<byte> output, int pid, int tid)
    {
        var trailer = _bytes.Length;
        for (var left = format.TrailerSize; left > 0; left -= sizeof(ulong))
        {
            _bytes.Add(0UL);
        }

        if (format.TrailerTidWord != RecordFormat.Absent)
        {
            // It is the first.
            _bytes.Set(trailer, ((ulong)(uint)tid << 32) | (uint)pid);
        }

        _bytes.SetU16(6, (ushort)_bytes.Length);
        output.Write(_bytes.Written);
    }
}
