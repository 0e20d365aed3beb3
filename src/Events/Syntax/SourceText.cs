using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Events.Syntax;

/// <summary>A piece of the text that is parsed, which knows where it stands: an error points at it.</summary>
/// <remarks>A class, as what is made of it: code of lists of own structures is compiled when a program first runs it, and no list here is long.</remarks>
internal sealed record SourceText(string Source, int Start, int Length)
{
    public int End => Start + Length;

    /// <summary>The text in quotes, for a message: cut short, and on one line.</summary>
    public string Quoted => HostReader.Quote(Span);

    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<char> Span => Source.AsSpan(Start, Length);

    /// <summary>The piece of <paramref name="source"/> from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    public static SourceText Between(string source, int start, int end) => new(source, start, end - start);

    public SourceText Slice(int start) => new(Source, Start + start, Length - start);

    public SourceText Slice(int start, int length) => new(Source, Start + start, length);

    public SourceText Trim()
    {
        var left = Length - Span.TrimStart().Length;
        return new(Source, Start + left, Span.Trim().Length);
    }

    /// <summary>An error that points here; at the last character where this is the empty end of the text.</summary>
    public EventSyntaxError Error(string message, string? suggestion = null, PerfmonReason reason = PerfmonReason.InvalidRequest)
    {
        var start = Math.Min(Start, Math.Max(0, Source.Length - 1));
        return new(Source, message, start, Math.Min(Math.Max(1, Length), Source.Length - start), suggestion, reason);
    }

    public bool Is(string name) => Span.Equals(name, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Span.ToString();
}
