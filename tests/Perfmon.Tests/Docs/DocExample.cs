using System.Text.RegularExpressions;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Docs;

/// <summary>A program in a page of the documentation: a fence of C#, and behind it one of what it prints.</summary>
/// <param name="Page">The page, from the root.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Code">The program.</param>
/// <param name="Output">What the page says that it prints; null where it shows nothing.</param>
/// <param name="IsCompiledOnly">Whether the page says that it takes a machine of another kind: <c>&lt;!-- compiled only: … --&gt;</c>.</param>
/// <param name="Arguments">What the page's comment <c>&lt;!-- run: … --&gt;</c> gives it; <c>PID</c> is that of a program that works until it is ended.</param>
public sealed partial record DocExample(string Page, int Line, string Code, string? Output, bool IsCompiledOnly, string Arguments)
{
    /// <summary>A name for a class.</summary>
    public string Name => $"{NotWord().Replace(Path.GetFileNameWithoutExtension(Page), "_")}_{Line}";

    /// <summary>All programs of all pages that stand in the package.</summary>
    public static IReadOnlyList<DocExample> All { get; } =
    [
        .. Repository.Files(["docs"], ".md").Where(file => !file.Path.Contains("artifacts", StringComparison.Ordinal)).OrderBy(file => file.Path, StringComparer.Ordinal)
            .SelectMany(file => Fence().Matches(file.Text).Select(match => new DocExample(
                file.Path,
                file.Text.AsSpan(0, match.Index).Count('\n') + 1,
                match.Groups["code"].Value,
                match.Groups["output"] is { Success: true } output ? output.Value : null,
                match.Groups["compiled"].Success,
                match.Groups["run"].Value))),
    ];

    public override string ToString() => $"{Page}:{Line}";

    [GeneratedRegex("""(?:<!-- (?:run: (?<run>[^\n]*?)|(?<compiled>compiled only)[^\n]*) -->\n)?```csharp\n(?<code>.*?)```\n(?:```\n(?<output>.*?)```\n)?""", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\W")]
    private static partial Regex NotWord();
}
