using System.Text;
using Perfmon.Diagnostics;

namespace Perfmon.Events;

/// <summary>Why a text names no events: what is wrong, where, and what may have been meant.</summary>
/// <param name="Text">The text that was parsed.</param>
/// <param name="Message">What is wrong, without a full stop.</param>
/// <param name="Position">The index of the first wrong character.</param>
/// <param name="Length">How many characters are wrong; at least one, unless the text is empty.</param>
/// <param name="Suggestion">The name that may have been meant; null where nothing is near.</param>
/// <param name="Reason">Who must act.</param>
public sealed record EventSyntaxError(
    string Text, string Message, int Position, int Length, string? Suggestion = null, PerfmonReason Reason = PerfmonReason.InvalidRequest)
{
    private const int ContextBefore = 60;
    private const int ContextAfter = 60;

    /// <summary>The message with its suggestion, as one sentence or two.</summary>
    public string Explanation => Suggestion is null ? $"{Message}." : $"{Message}. Did you mean '{Suggestion}'?";

    /// <summary>The text, a caret line under the wrong part, and the explanation. A long text is cut to what surrounds the error.</summary>
    public override string ToString()
    {
        var from = Position <= ContextBefore ? 0 : Position - ContextBefore;
        var to = Math.Min(Text.Length, Position + ContextAfter);
        var lines = new StringBuilder();
        lines.Append(from > 0 ? "…" : "").Append(Printable(Text.AsSpan(from, to - from))).Append(to < Text.Length ? "…" : "");
        lines.Append('\n').Append(' ', Position - from + (from > 0 ? 1 : 0));
        lines.Append('^').Append('~', Math.Max(0, Math.Min(Length, to - Position) - 1));
        return lines.Append('\n').Append(Explanation).ToString();
    }

    /// <summary>One character for each, so that the caret stands below its own: control characters would move the line.</summary>
    private static string Printable(ReadOnlySpan<char> text)
    {
        Span<char> printable = stackalloc char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            printable[i] = char.IsControl(text[i]) ? '·' : text[i];
        }

        return printable.ToString();
    }
}
