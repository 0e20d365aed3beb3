using System.Buffers.Binary;

namespace Perfmon.Symbols.Elf;

/// <summary><c>Elf64_Phdr</c>: what is mapped where.</summary>
internal readonly record struct ElfSegment(uint Type, uint Flags, ulong Offset, ulong Address, ulong FileSize, ulong MemorySize)
{
    public const uint Load = 1; // PT_LOAD
    public const uint Note = 4; // PT_NOTE

    private const uint Execute = 1; // PF_X
    private const ulong PageSize = 4096;

    public bool IsExecutable => (Flags & Execute) != 0;

    // p_type 0, p_flags 4, p_offset 8, p_vaddr 16, p_paddr 24, p_filesz 32, p_memsz 40, p_align 48.
    public static ElfSegment Parse(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]));

    public bool HasFileOffset(ulong offset) => offset >= Offset && offset - Offset < FileSize;

    /// <summary>As <see cref="HasFileOffset"/>, with the rest of the pages at both ends, which are mapped along.</summary>
    public bool HasPageOf(ulong offset) =>
        offset >= (Offset & ~(PageSize - 1)) && offset < Offset + FileSize + (PageSize - 1) - ((Offset + FileSize + PageSize - 1) % PageSize);
}
