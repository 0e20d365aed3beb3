using System.Buffers;

namespace Perfmon.Kvm.Forms;

/// <summary>A filter as text.</summary>
/// <param name="Form">The form it is written in.</param>
/// <param name="Values">The filter itself: JSON, property lists, or the value of a property, as a program takes them, without a shell's quotes.</param>
/// <param name="Arguments">
/// The arguments of the program that makes the filter and uses it: <c>-object</c>, <c>{…}</c>, <c>-accel</c>, <c>kvm,pmu-filter=f0</c>. None where no
/// option is known.
/// </param>
public sealed record WrittenFilter(FilterForm Form, IReadOnlyList<string> Values, IReadOnlyList<string> Arguments)
{
    private static readonly SearchValues<char> s_unsafe = SearchValues.Create(" \t\n\"'\\$`;&|<>(){}[]*?!#~");
    private static readonly SearchValues<char> s_unsafeInDoubleQuotes = SearchValues.Create("\"\\$`!");

    /// <summary>The last option, which uses the filter: <c>-accel kvm,pmu-filter=f0</c>; null where no option is known.</summary>
    public string? Use => Arguments is [.., var option, var value] ? $"{option} {Quoted(value)}" : null;

    /// <summary>The options as a shell takes them, one a line; the values alone where there are none. <see cref="FilterText.Read"/> reads it.</summary>
    public override string ToString() => Arguments.Count == 0
        ? string.Join('\n', Values)
        : string.Join(" \\\n", Arguments.Chunk(2).Select(pair => $"{pair[0]} {Quoted(pair[1])}"));

    private static string Quoted(string word)
    {
        if (word.AsSpan().IndexOfAny(s_unsafe) < 0)
        {
            return word;
        }

        // As QEMU's documentation has it: host,kvm-pmu-filter="A:0x11-0x11;D:0x30-0x30".
        var value = word.LastIndexOf('=') + 1;
        return value > 0 && !word.StartsWith('{') && word.AsSpan(value).IndexOfAny(s_unsafeInDoubleQuotes) < 0 && word.AsSpan(0, value).IndexOfAny(s_unsafe) < 0
            ? $"{word[..value]}\"{word[value..]}\""
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
