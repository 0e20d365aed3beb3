using System.CommandLine;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Stat;

/// <summary>The options of <c>pfmon stat</c>, which are those of <c>perf stat</c> where both have them, and what they ask for together.</summary>
internal sealed class StatOptions
{
    private const string DefaultEvents = "task-clock,context-switches,cpu-migrations,page-faults,cycles,instructions,branches,branch-misses";

    private readonly Option<string[]> _events = new("--event", "-e")
    {
        Description = "Events to count, as pfmon list shows them: E,{E,E}:u. May be given several times.",
        HelpName = "E[,E…]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _threads = new("--tid", "-t") { Description = "Count these threads alone.", HelpName = "TID[,TID…]" };
    private readonly Option<string?> _processes = new("--pid", "-p") { Description = "Count these processes and what they start.", HelpName = "PID[,PID…]" };
    private readonly Option<string?> _cpus = new("--cpu", "-C") { Description = "Count whatever runs on these CPUs, such as 0-3,8.", HelpName = "CPUS" };
    private readonly Option<bool> _all = new("--all-cpus", "-a") { Description = "Count whatever runs on any CPU." };
    private readonly Option<string?> _cgroup = new("--cgroup", "-G")
    {
        Description = "Count the members of a cgroup, on the CPUs of -C or on all.",
        HelpName = "CGROUP",
    };

    private readonly Option<int?> _repeat = new("--repeat", "-r") { Description = "Run the command N times: means with 95 % intervals.", HelpName = "N" };
    private readonly Option<int?> _interval = new("--interval-print", "-I") { Description = "Also print what was counted every MS milliseconds.", HelpName = "MS" };
    private readonly Option<int?> _timeout = new("--timeout") { Description = "Stop after MS milliseconds; the command gets SIGTERM.", HelpName = "MS" };
    private readonly Option<bool> _noInherit = new("--no-inherit", "-i") { Description = "Count no threads and processes that are created later." };
    private readonly Option<bool> _together = new("--together") { Description = "Count the events of one PMU at the same time or not at all." };
    private readonly Option<bool> _json = new("--json", "-j") { Description = "Write one JSON object; with -I also one for each interval, a line each." };
    private readonly Option<bool> _csv = new("--csv") { Description = "Write comma-separated values with a header line." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write the result to FILE instead of standard error.", HelpName = "FILE" };

    public IEnumerable<Option> All =>
        [_events, _threads, _processes, _cpus, _all, _cgroup, _repeat, _interval, _timeout, _noInherit, _together, _json, _csv, _output];

    public Argument<string[]> Command { get; } = new("COMMAND")
    {
        Description = "The command to run, with its arguments; put -- before it, or not.",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="ToolException">It contradicts itself, or a number or an event is wrong.</exception>
    public StatRequest Read(ParseResult parsed)
    {
        var command = parsed.GetValue(Command) ?? [];
        var targets = Targets(parsed);
        var repeat = Positive(parsed, _repeat, 1);
        var interval = Positive(parsed, _interval, 1);
        Refuse(command.Length == 0 && targets.Count == 0, "Nothing is to be counted: give a command, or one of -t, -p, -C, -a and -G.\nAn example:  pfmon stat ls");
        Refuse(repeat is not null && command.Length == 0, "-r repeats a command, and none is given.");
        Refuse(repeat is not null && interval is not null, "-r and -I exclude each other: an interval has no counterpart in the next run.");
        Refuse(parsed.GetValue(_json) && parsed.GetValue(_csv), "--json and --csv exclude each other.");

        return new StatRequest
        {
            Events = EventParser.ParseOrThrow(Events(parsed), HostDescription.Current),
            Targets = targets,
            Command = command,
            Repeat = repeat,
            Interval = Milliseconds(interval),
            Timeout = Milliseconds(Positive(parsed, _timeout, 1)),
            Session = new SessionOptions
            {
                Following = parsed.GetValue(_noInherit) ? Following.Nothing : Following.ThreadsAndProcesses,
                Scheduling = parsed.GetValue(_together) ? Scheduling.Together : Scheduling.Independent,
                KernelMode = KernelMode.WhenPermitted,
                UnsupportedEvents = UnsupportedEvents.Skip,
            },
            Format = parsed.GetValue(_json) ? StatFormatKind.Json : parsed.GetValue(_csv) ? StatFormatKind.Csv : StatFormatKind.Table,
            OutputPath = parsed.GetValue(_output),
        };
    }

    private string Events(ParseResult parsed) => parsed.GetValue(_events) is { Length: > 0 } given ? string.Join(',', given) : DefaultEvents;

    private List<Target> Targets(ParseResult parsed)
    {
        var cpus = parsed.GetValue(_cpus) is { } list ? Cpus(list) : null;
        var cgroup = parsed.GetValue(_cgroup);
        var threads = parsed.GetValue(_threads);
        var processes = parsed.GetValue(_processes);
        var all = parsed.GetValue(_all);
        var kinds = new[] { threads is not null, processes is not null, cgroup is not null, (cpus is not null || all) && cgroup is null };
        Refuse(kinds.Count(given => given) > 1 || (cpus is not null && all), "Only one of -t, -p, -C, -a and -G can be given; -C beside -G says on which CPUs.");
        return threads is not null ? [.. Ids("-t", threads).Select(Target.Thread)]
            : processes is not null ? [.. Ids("-p", processes).Select(Target.Process)]
            : cgroup is not null ? [Target.Cgroup(cgroup, cpus)]
            : cpus is not null ? [Target.Cpus(cpus)]
            : all ? [Target.AllCpus]
            : [];
    }

    private static IEnumerable<int> Ids(string option, string text)
    {
        foreach (var part in text.Split(','))
        {
            yield return int.TryParse(part, out var id) && id > 0
                ? id
                : throw ToolException.WrongUsage($"{option}: '{part}' is not a thread or process id, which is a number above 0.");
        }
    }

    private static CpuList Cpus(string text) => CpuList.TryParse(text, out var cpus, out var error) && cpus.Count > 0
        ? cpus
        : throw ToolException.WrongUsage($"-C: {error ?? "no CPU is named"}.");

    private static int? Positive(ParseResult parsed, Option<int?> option, int least) => parsed.GetValue(option) switch
    {
        null => null,
        { } number when number >= least => number,
        var number => throw ToolException.WrongUsage($"{option.Aliases.Append(option.Name).First()}: {number} is too small; the least is {least}."),
    };

    private static TimeSpan? Milliseconds(int? number) => number is { } some ? TimeSpan.FromMilliseconds(some) : null;

    private static void Refuse(bool isWrong, string why)
    {
        if (isWrong)
        {
            throw ToolException.WrongUsage(why);
        }
    }
}
