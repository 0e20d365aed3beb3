using System.Buffers.Binary;

namespace Perfmon.Symbols.Elf;

/// <summary>Reads <c>.symtab</c> and <c>.dynsym</c>: of their symbols those that name code.</summary>
internal static class SymbolReader
{
    private const int SymbolSize = 24;
    private const int Function = 2; // STT_FUNC
    private const int IndirectFunction = 10; // STT_GNU_IFUNC
    private const int NoType = 0; // STT_NOTYPE: labels of assembly
    private const int Local = 0; // STB_LOCAL
    private const int Weak = 2; // STB_WEAK
    private const int ReservedSections = 0xff00; // SHN_LORESERVE

    /// <summary>Adds the symbols of the first table of <paramref name="type"/>.</summary>
    public static void Read(ElfFile file, uint type, List<ElfSymbol> symbols)
    {
        var index = Array.FindIndex(file.Sections, section => section.Type == type);
        if (index < 0
            || file.Sections[index].Link >= file.Sections.Length
            || file.Content(file.Sections[index]) is not { } table
            || file.Content(file.Sections[file.Sections[index].Link]) is not { } names)
        {
            return;
        }

        for (var offset = 0; offset + SymbolSize <= table.Length; offset += SymbolSize)
        {
            if (TryParse(file, table.AsSpan(offset, SymbolSize), names, out var symbol))
            {
                symbols.Add(symbol);
            }
        }
    }

    // Elf64_Sym: st_name 0, st_info 4, st_other 5, st_shndx 6, st_value 8, st_size 16.
    private static bool TryParse(ElfFile file, ReadOnlySpan<byte> bytes, byte[] names, out ElfSymbol symbol)
    {
        symbol = default;
        var type = bytes[4] & 0xf;
        var section = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        var name = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var isLabel = type == NoType;
        if ((type is not (Function or IndirectFunction) && !isLabel) || section is 0 or >= ReservedSections || section >= file.Sections.Length)
        {
            return false;
        }

        var home = file.Sections[section];
        var start = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        // A function in a section that is not executable is one of another architecture's descriptors, or an error.
        if (!home.IsExecutable || start < home.Address || start - home.Address >= home.Size)
        {
            return false;
        }

        var limit = home.Address + home.Size;
        var binding = (bytes[4] >> 4) switch { Local => SymbolBinding.Local, Weak => SymbolBinding.Weak, _ => SymbolBinding.Global };
        symbol = new(start, Math.Min(size, limit - start), limit, names, name, binding);
        var text = symbol.Name;
        // $x, $d and the like say where Arm's code and data begin; .L are labels within functions.
        return limit > start && !text.IsEmpty && !(isLabel && (text[0] == (byte)'$' || text.StartsWith(".L"u8)));
    }
}
