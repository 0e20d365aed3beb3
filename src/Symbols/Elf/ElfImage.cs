using System.Diagnostics.CodeAnalysis;
using Perfmon.Native.LibLzma;

namespace Perfmon.Symbols.Elf;

/// <summary>A program or library: where its file's bytes are in its own address space, and the symbols there.</summary>
internal sealed class ElfImage
{
    // A mini symbol table of a large program has a few MiB.
    private const int LargestDebugData = 64 << 20;

    private readonly ElfSegment[] _segments;
    private SymbolTable _symbols = new([]);

    private ElfImage(ElfSegment[] segments) => _segments = segments;

    /// <summary>In lower-case hexadecimal; null where the file has none.</summary>
    public string? BuildId { get; private init; }

    /// <summary>Whether it has symbols of all functions, not only of those that it shares with others.</summary>
    public bool HasFullSymbols { get; private set; }

    /// <summary>Reads headers and build id; <see cref="LoadSymbols"/> reads the rest.</summary>
    public static bool TryOpen(
        ElfSource source, [NotNullWhen(true)] out ElfImage? image, [NotNullWhen(true)] out ElfFile? file, [NotNullWhen(false)] out string? problem)
    {
        image = ElfFile.TryOpen(source, out file, out problem)
            ? new ElfImage(Array.FindAll(file.Segments, segment => segment.Type == ElfSegment.Load)) { BuildId = Elf.BuildId.Of(file) }
            : null;
        return image is not null;
    }

    /// <summary>Reads the symbols of <paramref name="file"/>, and of the separate debug file where there is one.</summary>
    public void LoadSymbols(ElfFile file, ElfFile? debugFile)
    {
        var symbols = new List<ElfSymbol>();
        SymbolReader.Read(file, ElfSection.Symbols, symbols);
        if (debugFile is not null)
        {
            SymbolReader.Read(debugFile, ElfSection.Symbols, symbols);
        }

        HasFullSymbols = symbols.Count > 0;
        SymbolReader.Read(file, ElfSection.DynamicSymbols, symbols);
        if (!HasFullSymbols && MiniSymbols(file) is { } mini)
        {
            SymbolReader.Read(mini, ElfSection.Symbols, symbols);
        }

        PltReader.Read(file, symbols);
        _symbols = new(symbols);
    }

    /// <summary>The virtual address of the file's byte at <paramref name="fileOffset"/>; null where it is not mapped.</summary>
    public ulong? AddressOf(ulong fileOffset)
    {
        // Segments share the pages at their ends: of two that have a byte, the one with code is meant.
        var segment = Array.FindIndex(_segments, segment => segment.IsExecutable && segment.HasFileOffset(fileOffset));
        segment = segment >= 0 ? segment : Array.FindIndex(_segments, segment => segment.IsExecutable && segment.HasPageOf(fileOffset));
        segment = segment >= 0 ? segment : Array.FindIndex(_segments, segment => segment.HasFileOffset(fileOffset));
        return segment >= 0 ? fileOffset - _segments[segment].Offset + _segments[segment].Address : null;
    }

    /// <summary>The symbol that covers a virtual address.</summary>
    public bool TryFind(ulong address, out FoundSymbol found) => _symbols.TryFind(address, out found);

    // .gnu_debugdata: an xz-compressed ELF file whose symbol table has the functions that .dynsym lacks.
    private static ElfFile? MiniSymbols(ElfFile file) =>
        file.Named(".gnu_debugdata") is { } section
        && file.Content(section) is { } compressed
        && XzDecoder.Decode(compressed, LargestDebugData) is { } decoded
        && ElfFile.TryOpen(new ElfSource(decoded), out var mini, out _)
            ? mini
            : null;
}
