using Perfmon.Symbols.Elf;

namespace Perfmon.Symbols;

/// <summary>A mapping that a <see cref="Symbolizer"/> knows of, and the image behind it once that was looked for.</summary>
internal sealed class Mapping
{
    private const string Deleted = " (deleted)";

    public Mapping(ulong start, ulong length, ulong fileOffset, string path, ReadOnlySpan<byte> buildId)
        : this(start, start + length - 1, fileOffset, path, buildId.IsEmpty ? null : Convert.ToHexStringLower(buildId), KindOf(path))
    {
    }

    private Mapping(ulong start, ulong last, ulong fileOffset, string path, string? buildId, MappingKind kind)
    {
        Start = start;
        Last = last;
        FileOffset = fileOffset;
        WasDeleted = path.EndsWith(Deleted, StringComparison.Ordinal);
        Path = WasDeleted ? path[..^Deleted.Length] : path;
        BuildId = buildId;
        Kind = kind;
    }

    public ulong Start { get; }

    /// <summary>The last address of it: the one after may be beyond what 64 bits hold.</summary>
    public ulong Last { get; }

    public ulong FileOffset { get; }

    /// <summary>Without the kernel's remark that the file was deleted.</summary>
    public string Path { get; }

    public bool WasDeleted { get; }

    /// <summary>In lower-case hexadecimal; null where the kernel did not tell.</summary>
    public string? BuildId { get; }

    public MappingKind Kind { get; }

    /// <summary>The image, once it was looked for; null where there is none.</summary>
    public ElfImage? Image { get; set; }

    public bool WasLookedFor { get; set; }

    public bool Contains(ulong address) => address >= Start && address <= Last;

    /// <summary>The part of it from <paramref name="start"/> to <paramref name="last"/>.</summary>
    public Mapping Part(ulong start, ulong last) =>
        new(start, last, FileOffset + (start - Start), WasDeleted ? Path + Deleted : Path, BuildId, Kind) { Image = Image, WasLookedFor = WasLookedFor };

    // As perf has it: memory that no file can tell about, where a just-in-time compiler may write.
    private static MappingKind KindOf(string path)
    {
        if (path == SymbolizedFrame.VdsoModule)
        {
            return MappingKind.Vdso;
        }

        return path.Length == 0
            || path[0] != '/'
            || path.StartsWith("//anon", StringComparison.Ordinal)
            || path.StartsWith("/memfd:", StringComparison.Ordinal)
            || path.StartsWith("/dev/", StringComparison.Ordinal)
            || path.StartsWith("/anon_hugepage", StringComparison.Ordinal)
            || path.StartsWith("/SYSV", StringComparison.Ordinal)
            ? MappingKind.Memory
            : MappingKind.File;
    }
}
