using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Tests.Sampling.PerfData;

namespace Perfmon.Tests.Profiles;

/// <summary>What the real perf says of a file's samples.</summary>
internal static partial class PerfScript
{
    private static readonly Lazy<Dictionary<string, string>> s_kernelAliases = new(ReadKernelAliases);

    /// <summary>A sample: its innermost function, or <c>[unknown]</c>, and what holds it.</summary>
    public readonly record struct Sample(int Pid, int Tid, long Time, long Period, string Event, string Function, string Module);

    /// <summary>The samples in the order of their times.</summary>
    public static List<Sample> Samples(string file)
    {
        var output = Perf.Shell($"perf script -i {file} --ns -G -F pid,tid,time,period,event,ip,sym,dso 2>/dev/null");
        return [.. SampleLine().Matches(output).Select(match => Read(name => match.Groups[name].Value))];
    }

    /// <summary>The functions with names, the most samples first; of several files those of one name together.</summary>
    public static Dictionary<string, long> Report(string file) =>
        ReportLine().Matches(Perf.Shell($"perf report -i {file} --stdio --no-children -g none -F overhead,sample,symbol --percent-limit 0 2>/dev/null"))
            .Where(match => !match.Groups["sym"].Value.StartsWith("0x", StringComparison.Ordinal))
            .GroupBy(match => Same(match.Groups["sym"].Value), match => long.Parse(match.Groups["samples"].Value, CultureInfo.InvariantCulture))
            .ToDictionary(group => group.Key, group => group.Sum());

    /// <summary>
    /// One name for all versions of a symbol, and for all that the kernel has at one address: which of them perf shows depends on their order in kallsyms, and is another one than ours for some.
    /// </summary>
    public static string Same(string function) =>
        s_kernelAliases.Value.GetValueOrDefault(Perfmon.Symbols.Demangler.WithoutVersion(function), Perfmon.Symbols.Demangler.WithoutVersion(function));

    private static Sample Read(Func<string, string> word) => new(
        Number(word("pid")),
        Number(word("tid")),
        long.Parse(word("s") + word("ns"), CultureInfo.InvariantCulture),
        long.Parse(word("period"), CultureInfo.InvariantCulture),
        word("event"),
        Same(word("sym")),
        word("dso"));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static Dictionary<string, string> ReadKernelAliases() => File.ReadLines("/proc/kallsyms")
        .Select(line => line.Split([' ', '\t'], 4))
        .Where(fields => fields[1] is "t" or "T" or "w" or "W")
        .GroupBy(fields => fields[0], fields => fields[2])
        .Where(group => group.Distinct().Count() > 1 && group.Key.Trim('0').Length > 0)
        .SelectMany(group => group.Select(name => (Name: name, First: group.Min(StringComparer.Ordinal)!)))
        .GroupBy(pair => pair.Name)
        .ToDictionary(group => group.Key, group => group.First().First);

    // 29369/29369  4268.435285812:     200000 cpu-clock:            14645 handle_amd (/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2)
    [GeneratedRegex(@"^\s*(?<pid>-?\d+)/(?<tid>-?\d+)\s+(?<s>\d+)\.(?<ns>\d{9}):\s+(?<period>\d+)\s+(?<event>\S+?):?:\s+[0-9a-f]+ (?<sym>.+) \((?<dso>[^()]+(?:\(deleted\))?)\)$", RegexOptions.Multiline)]
    private static partial Regex SampleLine();

    // 75.78%           510  [.] hot
    [GeneratedRegex(@"^\s*[\d.]+%\s+(?<samples>\d+)\s+\[.\] (?<sym>\S.*?)\s*$", RegexOptions.Multiline)]
    private static partial Regex ReportLine();
}
