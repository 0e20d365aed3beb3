namespace Perfmon.Kvm.Forms.Syntax;

/// <summary>A word of a command line, without the quotes it stood in, which knows where each of its characters stands in the text.</summary>
/// <param name="source">The whole text.</param>
/// <param name="text">The word.</param>
/// <param name="offsets">The place of each character in the text, and of the word's end; null where they follow each other from <paramref name="start"/>.</param>
/// <param name="start">The place of the first character.</param>
internal sealed class SourceWord(SourceLines source, string text, int[]? offsets, int start)
{
    public string Text => text;

    /// <summary>The part of the word from <paramref name="index"/> on.</summary>
    public SourceWord From(int index) => Part(index, text.Length);

    /// <summary>The part of the word from <paramref name="index"/> to before <paramref name="end"/>.</summary>
    public SourceWord Part(int index, int end) => offsets is null
        ? new(source, text[index..end], null, start + index)
        : new(source, text[index..end], offsets[index..(end + 1)], offsets[index]);

    /// <summary>The place of the character at <paramref name="index"/>, or of where it would be.</summary>
    public TextPlace Place(int index, string path = "")
    {
        var (line, column) = source.At(offsets is null ? start + index : offsets[Math.Min(index, offsets.Length - 1)]);
        return new TextPlace(line, column, path);
    }
}
