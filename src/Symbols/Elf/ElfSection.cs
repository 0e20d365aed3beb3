using System.Buffers.Binary;

namespace Perfmon.Symbols.Elf;

/// <summary><c>Elf64_Shdr</c>: a part of the file and what it is.</summary>
internal readonly record struct ElfSection(
    string Name, uint NameOffset, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Size, uint Link, uint Info)
{
    public const uint Symbols = 2; // SHT_SYMTAB
    public const uint Relocations = 4; // SHT_RELA
    public const uint NoBits = 8; // SHT_NOBITS
    public const uint DynamicSymbols = 11; // SHT_DYNSYM

    private const ulong Executable = 4; // SHF_EXECINSTR

    public bool IsExecutable => (Flags & Executable) != 0;

    // sh_name 0, sh_type 4, sh_flags 8, sh_addr 16, sh_offset 24, sh_size 32, sh_link 40, sh_info 44, sh_addralign 48, sh_entsize 56.
    public static ElfSection Parse(ReadOnlySpan<byte> bytes) => new(
        "",
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..]));
}
