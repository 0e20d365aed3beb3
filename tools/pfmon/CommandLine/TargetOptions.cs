using System.CommandLine;
using Perfmon.Host;
using Perfmon.Session;

namespace Perfmon.Tool.CommandLine;

/// <summary>The options that name what runs already, as those of perf.</summary>
/// <param name="verb">What is done with it: <c>Count</c>.</param>
internal sealed class TargetOptions(string verb)
{
    private readonly Option<string?> _threads = new("--tid", "-t") { Description = $"{verb} these threads alone.", HelpName = "TID[,TID…]" };
    private readonly Option<string?> _processes = new("--pid", "-p") { Description = $"{verb} these processes and what they start.", HelpName = "PID[,PID…]" };
    private readonly Option<string?> _cpus = new("--cpu", "-C") { Description = $"{verb} whatever runs on these CPUs, such as 0-3,8.", HelpName = "CPUS" };
    private readonly Option<bool> _all = OptionValues.Flag("--all-cpus", $"{verb} whatever runs on any CPU.", "-a");
    private readonly Option<string?> _cgroup = new("--cgroup", "-G")
    {
        Description = $"{verb} the members of a cgroup, on the CPUs of -C or on all.",
        HelpName = "CGROUP",
    };

    public IEnumerable<Option> All => [_threads, _processes, _cpus, _all, _cgroup];

    /// <summary>Whether the targets are CPUs, with whatever runs on them.</summary>
    public bool AreCpus(ParseResult parsed) => parsed.GetValue(_cgroup) is null && (parsed.GetValue(_cpus) is not null || parsed.GetValue(_all));

    /// <summary>What is named; empty where nothing is.</summary>
    /// <exception cref="ToolException">Too much is named, or what there cannot be.</exception>
    public List<Target> Read(ParseResult parsed)
    {
        var cpus = parsed.GetValue(_cpus) is { } list ? Cpus(list) : null;
        var cgroup = parsed.GetValue(_cgroup);
        var threads = parsed.GetValue(_threads);
        var processes = parsed.GetValue(_processes);
        var all = parsed.GetValue(_all);
        var kinds = new[] { threads is not null, processes is not null, cgroup is not null, (cpus is not null || all) && cgroup is null };
        OptionValues.Refuse(kinds.Count(given => given) > 1 || (cpus is not null && all), "Only one of -t, -p, -C, -a and -G can be given; -C beside -G says on which CPUs.");
        return threads is not null ? [.. Ids("-t", threads).Select(Target.Thread)]
            : processes is not null ? [.. Ids("-p", processes).Select(Target.Process)]
            : cgroup is not null ? [Target.Cgroup(cgroup, cpus)]
            : cpus is not null ? [Target.Cpus(cpus)]
            : all ? [Target.AllCpus]
            : [];
    }

    /// <summary>The processes of -p, and the threads of -t.</summary>
    public IReadOnlyList<int> NamedIds(ParseResult parsed) =>
        [.. Ids("-t", parsed.GetValue(_threads)), .. Ids("-p", parsed.GetValue(_processes))];

    private static IEnumerable<int> Ids(string option, string? text)
    {
        foreach (var part in text?.Split(',') ?? [])
        {
            yield return int.TryParse(part, out var id) && id > 0
                ? id
                : throw ToolException.WrongUsage($"{option}: '{part}' is not a thread or process id, which is a number above 0.");
        }
    }

    private static CpuList Cpus(string text) => CpuList.TryParse(text, out var cpus, out var error) && cpus.Count > 0
        ? cpus
        : throw ToolException.WrongUsage($"-C: {error ?? "no CPU is named"}.");
}
