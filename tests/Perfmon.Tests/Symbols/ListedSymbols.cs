using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Symbols;

/// <summary>The code symbols of a file as <c>readelf</c> of the GNU binutils lists them.</summary>
internal static partial class ListedSymbols
{
    public sealed record Symbol(ulong Start, ulong Size, string Binding, string Name);

    /// <summary>Those of both tables.</summary>
    public static List<Symbol> Of(string path) => Read(path, "--syms");

    /// <summary>Those of .dynsym.</summary>
    public static List<Symbol> Exported(string path) => Read(path, "--dyn-syms");

    /// <summary>The name that is to be shown of those at one address: the rule of the documentation, written down again.</summary>
    public static string Best(IEnumerable<Symbol> symbols)
    {
        var sized = symbols.Where(symbol => symbol.Size > 0).ToList();
        return (sized.Count > 0 ? sized : symbols)
            .OrderBy(symbol => symbol.Binding switch { "WEAK" => 2, "LOCAL" => 1, _ => 0 })
            .ThenBy(symbol => symbol.Name.Length - symbol.Name.TrimStart('_').Length)
            .ThenByDescending(symbol => symbol.Name.Length)
            .ThenBy(symbol => symbol.Name, StringComparer.Ordinal)
            .First().Name;
    }

    private static List<Symbol> Read(string path, string table)
    {
        Requires.Command("readelf");
        var output = RunResult.Run("readelf", "-SW", table, path).Succeeded().Output;
        var executable = SectionLine().Matches(output).Where(match => match.Groups[2].Value.Contains('X')).Select(match => match.Groups[1].Value).ToHashSet();
        return
        [
            .. from match in SymbolLine().Matches(output)
               where executable.Contains(match.Groups["section"].Value)
               let size = match.Groups["size"].Value
               select new Symbol(
                   ulong.Parse(match.Groups["value"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                   size.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToUInt64(size, 16) : ulong.Parse(size, CultureInfo.InvariantCulture),
                   match.Groups["binding"].Value,
                   match.Groups["name"].Value),
        ];
    }

    // [13] .text PROGBITS 0000000000001060 001060 000230 00  AX  0   0 16
    [GeneratedRegex(@"^\s*\[\s*(\d+)\] \S+\s+\S+\s+[0-9a-f]{16} [0-9a-f]+ [0-9a-f]+ [0-9a-f]+\s+([A-Za-z]+) ", RegexOptions.Multiline)]
    private static partial Regex SectionLine();

    // 12: 0000000000001149    18 FUNC    GLOBAL DEFAULT   13 name@VERSION (2)
    [GeneratedRegex(
        @"^\s*\d+: (?<value>[0-9a-f]{16})\s+(?<size>\w+) (?:FUNC|IFUNC|NOTYPE)\s+(?<binding>\w+)\s+\w+\s+(?:\[[^]]*\]\s+)?(?<section>\d+) (?<name>[^\s@]+)",
        RegexOptions.Multiline)]
    private static partial Regex SymbolLine();
}
