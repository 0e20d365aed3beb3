using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Tests.Sampling.PerfData;
using Perfmon.Tests.Symbols;

namespace Perfmon.Tests.Profiles;

/// <summary>What the real perf says of a file's samples.</summary>
internal static partial class PerfScript
{
    private const string Kernel = "[kernel.kallsyms]";

    private static readonly ConcurrentDictionary<string, Dictionary<string, string>> s_aliases = new();

    /// <summary>A sample: its innermost function, or <c>[unknown]</c>, and what holds it.</summary>
    public readonly record struct Sample(int Pid, int Tid, long Time, long Period, string Event, string Function, string Module);

    /// <summary>The samples in the order of their times.</summary>
    public static List<Sample> Samples(string file)
    {
        var output = Perf.Shell($"perf script -i {file} --ns -G -F pid,tid,time,period,event,ip,sym,dso 2>/dev/null");
        return [.. SampleLine().Matches(output).Select(match => Read(name => match.Groups[name].Value))];
    }

    /// <summary>
    /// The samples of each function of the kernel and of the programs under test, by <c>perf report</c>. Those of libraries have many names at one address.
    /// </summary>
    public static Dictionary<string, long> Report(string file)
    {
        var output = Perf.Shell($"perf report -i {file} --stdio --no-children -g none -F overhead,sample,dso,symbol --percent-limit 0 2>/dev/null");
        return ReportLine().Matches(output)
            .Select(match => (Module: match.Groups["dso"].Value, Function: match.Groups["sym"].Value, Samples: long.Parse(match.Groups["samples"].Value, CultureInfo.InvariantCulture)))
            .Where(row => IsCompared(row.Module, row.Function))
            .GroupBy(row => Same(row.Function, row.Module), row => row.Samples)
            .ToDictionary(group => group.Key, group => group.Sum());
    }

    /// <summary>Whether a function of a module, named with or without its folder, is in <see cref="Report"/>.</summary>
    public static bool IsCompared(string module, string function) =>
        (module == Kernel || Path.GetFileName(module).StartsWith("hot_functions-", StringComparison.Ordinal)) && function is not ("" or "_init" or ['0', 'x', ..]) && !function.EndsWith("@plt", StringComparison.Ordinal);

    /// <summary>
    /// One name for all that a file or the kernel has at one address. Of names that are equally good to perf's rule it shows the one that comes last in kallsyms, or
    /// either in a file; we show always the same.
    /// </summary>
    public static string Same(string function, string module) => s_aliases.GetOrAdd(module, ReadAliases) is var aliases && aliases.TryGetValue(Unversioned(function), out var same) ? same
        : Unversioned(function);

    // pthread_once@@GLIBC_2.34
    private static string Unversioned(string function) => function.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && !function.EndsWith("@plt", StringComparison.Ordinal) ? function[..at] : function;

    private static Dictionary<string, string> ReadAliases(string module) => Aliases(
        module.StartsWith('[') ? File.ReadLines("/proc/kallsyms").Select(line => line.Split([' ', '\t'], 4)).Where(fields => fields[1] is "t" or "T" or "w" or "W").Select(fields => (fields[0], fields[2]))
        : File.Exists(module) ? ListedSymbols.Of(module).Concat(ListedSymbols.Exported(module)).Select(symbol => ($"{symbol.Start:x}", symbol.Name))
        : []);

    private static Dictionary<string, string> Aliases(IEnumerable<(string Address, string Name)> symbols) => symbols
        .GroupBy(symbol => symbol.Address, symbol => symbol.Name)
        .Where(group => group.Distinct().Count() > 1 && group.Key.Trim('0').Length > 0)
        .SelectMany(group => group.Select(name => (Name: name, First: group.Min(StringComparer.Ordinal)!)))
        .GroupBy(pair => pair.Name)
        .ToDictionary(group => group.Key, group => group.First().First);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static Sample Read(Func<string, string> word) => new(
        Number(word("pid")),
        Number(word("tid")),
        long.Parse(word("s") + word("ns"), CultureInfo.InvariantCulture),
        long.Parse(word("period"), CultureInfo.InvariantCulture),
        word("event"),
        word("sym"),
        word("dso"));

    // 29369/29369  4268.435285812:     200000 cpu-clock:            14645 handle_amd (/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2)
    [GeneratedRegex(@"^\s*(?<pid>-?\d+)/(?<tid>-?\d+)\s+(?<s>\d+)\.(?<ns>\d{9}):\s+(?<period>\d+)\s+(?<event>\S+?):?:\s+[0-9a-f]+ (?<sym>.+) \((?<dso>[^()]+(?:\(deleted\))?)\)$", RegexOptions.Multiline)]
    private static partial Regex SampleLine();

    // 75.78%           510  [.] hot
    [GeneratedRegex(@"^\s*[\d.]+%\s+(?<samples>\d+)\s+(?<dso>\S+)\s+\[.\] (?<sym>\S.*?)\s*$", RegexOptions.Multiline)]
    private static partial Regex ReportLine();
}
