using System.Buffers.Binary;

namespace Perfmon.Symbols.Elf;

/// <summary>The build id that the linker gave a file: a note of type NT_GNU_BUILD_ID, owner "GNU".</summary>
internal static class BuildId
{
    private const uint GnuBuildId = 3;
    private const int NoteHeader = 12;
    private const int LongestId = 64;

    // Files have one or two, of some hundred bytes.
    private const int MostSegments = 16;
    private const ulong LargestSegment = 1 << 20;

    private const string Section = ".note.gnu.build-id";

    /// <summary>In lower-case hexadecimal; null where the file has none.</summary>
    public static string? Of(ElfFile file)
    {
        foreach (var segment in file.Segments.Where(segment => segment is { Type: ElfSegment.Note, FileSize: <= LargestSegment }).Take(MostSegments))
        {
            if (file.Content(segment) is { } notes && Find(notes) is { } id)
            {
                return id;
            }
        }

        return file.Named(Section) is { } section && file.Content(section) is { } content ? Find(content) : null;
    }

    /// <summary>The build id among notes: name size, content size, type, then both padded to four bytes.</summary>
    public static string? Find(ReadOnlySpan<byte> notes)
    {
        while (notes.Length >= NoteHeader)
        {
            var nameSize = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            var contentSize = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            var content = NoteHeader + Padded(nameSize);
            var end = content + Padded(contentSize);
            if (content + contentSize > notes.Length)
            {
                return null;
            }

            if (type == GnuBuildId && contentSize is > 0 and <= LongestId && notes[NoteHeader..(int)content].StartsWith("GNU\0"u8))
            {
                return Convert.ToHexStringLower(notes.Slice((int)content, (int)contentSize));
            }

            notes = notes[(int)Math.Min(end, notes.Length)..];
        }

        return null;
    }

    private static long Padded(uint size) => ((long)size + 3) & ~3L;
}
