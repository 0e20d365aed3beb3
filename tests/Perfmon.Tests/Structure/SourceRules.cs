using System.Text.RegularExpressions;

namespace Perfmon.Tests.Structure;

/// <summary>What ARCHITECTURE.md promises of a source file. Each rule lists the offences of one file, given its path from the root.</summary>
internal static partial class SourceRules
{
    private const int MostLines = 400;

    /// <summary>Which folders of src/ each folder may use. Adding an arrow here is a decision about the design.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Diagnostics"] = ["Native"],
        ["Host"] = ["Native", "Diagnostics"],
        ["Symbols"] = ["Native", "Diagnostics", "Host"],
        ["Registers"] = ["Native", "Diagnostics", "Host"],
        ["Events"] = ["Native", "Diagnostics", "Host", "Registers"],
        ["Session"] = ["Native", "Diagnostics", "Host", "Registers", "Events"],
        ["Metrics"] = ["Diagnostics", "Host", "Events", "Session"],
        ["Sets"] = ["Native", "Diagnostics", "Host", "Registers", "Events", "Session"],
        ["Instruments"] = ["Diagnostics", "Host", "Registers", "Events", "Session", "Sets", "Metrics"],
        ["Sampling"] = ["Native", "Diagnostics", "Host", "Registers", "Events", "Session", "Symbols"],
        ["Profiles"] = ["Diagnostics", "Host", "Events", "Symbols", "Sampling"],
        ["V3"] = ["Native", "Diagnostics", "Host", "Registers", "Session", "Sets", "Sampling"],
        ["Kvm"] = ["Native", "Diagnostics", "Host", "Registers", "Events", "Session", "Sets", "Sampling"],
    };

    /// <summary>A file of src/ lies in a known folder and names only the namespaces that its folder may use.</summary>
    public static IEnumerable<string> Arrows(string path, string text)
    {
        var folder = path.Split('/')[1];
        if (!MayUse.TryGetValue(folder, out var allowed))
            return [$"{path}: not in a folder of the design"];

        return from name in QualifiedName().Matches(Code(text)).Select(match => match.Groups[1].Value).Distinct()
               where name == "Native" || MayUse.ContainsKey(name)
               where name != folder && !allowed.Contains(name)
               select $"{path}: {folder} may not use {name}";
    }

    /// <summary>A file outside native/ has no unsafe code and imports no function.</summary>
    public static IEnumerable<string> Safety(string path, string text) =>
        UnsafeWord().Matches(Code(text)).Select(match => $"{path}: {match.Value} belongs under native/");

    /// <summary>A file can be read at a sitting.</summary>
    public static IEnumerable<string> Length(string path, string text)
    {
        var lines = text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        return lines > MostLines ? [$"{path}: {lines} lines, more than {MostLines}"] : [];
    }

    /// <summary>A namespace is its folder: src/A/B is Perfmon.A.B, native/A is Perfmon.Native.A.</summary>
    public static IEnumerable<string> Namespace(string path, string text)
    {
        var folders = path.Split('/')[..^1];
        var expected = string.Join('.', [folders[0] == "native" ? "Perfmon.Native" : "Perfmon", .. folders[1..]]);
        return from match in NamespaceDeclaration().Matches(Code(text))
               where match.Groups[1].Value != expected
               select $"{path}: namespace {match.Groups[1].Value}, expected {expected}";
    }

    private static string Code(string text) => CommentOrLiteral().Replace(text, " ");

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", RegexOptions.Singleline)]
    private static partial Regex CommentOrLiteral();

    [GeneratedRegex(@"\bPerfmon\.(\w+)")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"\b(unsafe|DllImport|LibraryImport)\b")]
    private static partial Regex UnsafeWord();

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();
}
