namespace Perfmon.Symbols.Elf;

/// <summary>A symbol that names code.</summary>
/// <param name="Start">Its virtual address.</param>
/// <param name="Size">Bytes; 0 where the table does not say.</param>
/// <param name="Limit">The end of the section or segment it lies in: no symbol reaches beyond.</param>
/// <param name="Names">The string table that has its name.</param>
/// <param name="NameOffset">Where in it.</param>
/// <param name="Binding">Who sees it.</param>
/// <param name="IsPlt">Whether it is the entry of the procedure linkage table for the function of that name.</param>
internal readonly record struct ElfSymbol(
    ulong Start, ulong Size, ulong Limit, byte[] Names, uint NameOffset, SymbolBinding Binding, bool IsPlt = false)
{
    public ReadOnlySpan<byte> Name => ElfText.Bytes(Names, NameOffset);
}
