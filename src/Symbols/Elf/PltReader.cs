using System.Buffers.Binary;

namespace Perfmon.Symbols.Elf;

/// <summary>
/// Names for the procedure linkage table, as objdump writes them: <c>puts@plt</c>. Its entries stand in the order of the relocations of
/// <c>.rela.plt</c>; of architectures whose entries are all of one size.
/// </summary>
internal static class PltReader
{
    private const ushort X64 = 62; // EM_X86_64
    private const ushort Arm64 = 183; // EM_AARCH64
    private const int EntrySize = 16;
    private const int RelocationSize = 24;
    private const int SymbolSize = 24;

    public static void Read(ElfFile file, List<ElfSymbol> symbols)
    {
        // With indirect branch tracking the calls go to .plt.sec, which has no entry of the resolver's before the others.
        var second = file.Machine == X64 ? file.Named(".plt.sec") : null;
        var header = (file.Machine, second) switch { (X64, null) => 16UL, (X64, _) => 0UL, (Arm64, _) => 32UL, _ => ulong.MaxValue };
        if (header == ulong.MaxValue
            || (second ?? file.Named(".plt")) is not { } plt
            || file.Named(".rela.plt") is not { Type: ElfSection.Relocations } relocations
            || relocations.Link >= file.Sections.Length
            || file.Sections[relocations.Link].Link >= file.Sections.Length
            || file.Content(relocations) is not { } entries
            || file.Content(file.Sections[relocations.Link]) is not { } table
            || file.Content(file.Sections[file.Sections[relocations.Link].Link]) is not { } names
            || plt.Address + plt.Size < plt.Address)
        {
            return;
        }

        for (var index = 0; (index + 1) * RelocationSize <= entries.Length; index++)
        {
            var start = header + ((ulong)index * EntrySize);
            if (start + EntrySize > plt.Size)
            {
                return;
            }

            // Elf64_Rela: r_offset 0, r_info 8 with the symbol's index in its upper half.
            ulong symbol = BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan((index * RelocationSize) + 12));
            if (symbol == 0 || (symbol + 1) * SymbolSize > (ulong)table.Length)
            {
                continue;
            }

            var name = BinaryPrimitives.ReadUInt32LittleEndian(table.AsSpan((int)symbol * SymbolSize));
            if (!ElfText.Bytes(names, name).IsEmpty)
            {
                symbols.Add(new(plt.Address + start, EntrySize, plt.Address + plt.Size, names, name, SymbolBinding.Local, IsPlt: true));
            }
        }
    }
}
