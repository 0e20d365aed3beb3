using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Perfmon.Symbols.Elf;

/// <summary>The tables of an ELF file of 64 bits, little endian: segments and sections. What they say lies where it says only as far as the file goes.</summary>
internal sealed class ElfFile
{
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const int SectionSize = 64;
    private const byte Class64 = 2; // ELFCLASS64
    private const byte LittleEndian = 1; // ELFDATA2LSB
    private const int ManySegments = 0xffff; // PN_XNUM
    private const int ManySections = 0xffff; // SHN_XINDEX

    private readonly ElfSource _source;

    private ElfFile(ElfSource source) => _source = source;

    /// <summary><c>e_machine</c>.</summary>
    public required ushort Machine { get; init; }

    public ElfSegment[] Segments { get; private set; } = [];

    public ElfSection[] Sections { get; private set; } = [];

    /// <summary>Reads the headers.</summary>
    /// <param name="source">The file's bytes.</param>
    /// <param name="file">The file.</param>
    /// <param name="problem">Why it is not one that is understood.</param>
    public static bool TryOpen(ElfSource source, [NotNullWhen(true)] out ElfFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        problem = null;
        var header = source.Read(0, HeaderSize);
        if (header is null || !header.AsSpan().StartsWith("\x7f"u8) || !header.AsSpan(1).StartsWith("ELF"u8))
        {
            problem = "it is no ELF file";
        }
        else if (header[4] != Class64)
        {
            problem = "it is an ELF file of 32 bits, and only those of 64 bits are read";
        }
        else if (header[5] != LittleEndian)
        {
            problem = "it is a big-endian ELF file, and only little-endian ones are read";
        }
        else
        {
            file = new ElfFile(source) { Machine = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18)) };
            file.ReadSegments(header);
            file.ReadSections(header);
        }

        return file is not null;
    }

    /// <summary>A section's bytes; null where it has none in the file.</summary>
    public byte[]? Content(in ElfSection section) => section.Type == ElfSection.NoBits ? null : _source.Read(section.Offset, section.Size);

    /// <summary>The section of this name.</summary>
    public ElfSection? Named(string name)
    {
        foreach (var section in Sections)
        {
            if (section.Name == name)
            {
                return section;
            }
        }

        return null;
    }

    /// <summary>The bytes of a segment that are in the file.</summary>
    public byte[]? Content(in ElfSegment segment) => _source.Read(segment.Offset, segment.FileSize);

    // Elf64_Ehdr: e_phoff 32, e_shoff 40, e_phentsize 54, e_phnum 56, e_shentsize 58, e_shnum 60, e_shstrndx 62.
    private void ReadSegments(ReadOnlySpan<byte> header)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[54..]) == SegmentSize
            && count != ManySegments
            && _source.Read(BinaryPrimitives.ReadUInt64LittleEndian(header[32..]), (ulong)count * SegmentSize) is { } table)
        {
            Segments = new ElfSegment[count];
            for (var index = 0; index < count; index++)
            {
                Segments[index] = ElfSegment.Parse(table.AsSpan(index * SegmentSize, SegmentSize));
            }
        }
    }

    private void ReadSections(ReadOnlySpan<byte> header)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        if (offset == 0
            || BinaryPrimitives.ReadUInt16LittleEndian(header[58..]) != SectionSize
            || _source.Read(offset, SectionSize) is not { } first)
        {
            return;
        }

        // Where there are too many for the header, the first section, which is none, has the numbers.
        var zero = ElfSection.Parse(first);
        ulong count = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        count = count == 0 ? zero.Size : count;
        uint namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(header[62..]);
        namesIndex = namesIndex == ManySections ? zero.Link : namesIndex;
        if (count > int.MaxValue / SectionSize || _source.Read(offset, count * SectionSize) is not { } table)
        {
            return;
        }

        var sections = new ElfSection[count];
        for (var index = 0; index < sections.Length; index++)
        {
            sections[index] = ElfSection.Parse(table.AsSpan(index * SectionSize, SectionSize));
        }

        if (namesIndex < count && Content(sections[namesIndex]) is { } names)
        {
            for (var index = 0; index < sections.Length; index++)
            {
                sections[index] = sections[index] with { Name = ElfText.SectionName(names, sections[index].NameOffset) };
            }
        }

        Sections = sections;
    }
}
