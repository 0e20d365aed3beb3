using System.CommandLine;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Stat.Otlp;
using Perfmon.Tool.Stat.Sets;
using static Perfmon.Tool.CommandLine.OptionValues;

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

    private readonly SetOptions _sets = new();

    private readonly Option<string[]> _metrics = new("--metric", "-M")
    {
        Description = "Metrics to compute, as pfmon list metrics shows them, or one of your own: 'NAME = EXPRESSION'. Their events are counted too.",
        HelpName = "M[,M…]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly TargetOptions _targets = new("Count");
    private readonly Option<string?> _repeat = new("--repeat", "-r") { Description = "Run the command N times: means with 95 % intervals.", HelpName = "N" };
    private readonly Option<string?> _interval = new("--interval-print", "-I") { Description = "Also print what was counted every MS milliseconds.", HelpName = "MS" };
    private readonly OtlpOptions _otlp = new();
    private readonly Option<string?> _timeout = new("--timeout") { Description = "Stop after MS milliseconds; the command gets SIGTERM.", HelpName = "MS" };
    private readonly Option<bool> _noInherit = Flag("--no-inherit", "Count no threads and processes that are created later.", "-i");
    private readonly Option<bool> _together = Flag("--together", "Count the events of one PMU at the same time or not at all.");
    private readonly Option<bool> _json = Flag("--json", "Write one JSON object; with -I also one for each interval, a line each.", "-j");
    private readonly Option<bool> _csv = Flag("--csv", "Write comma-separated values with a header line.");
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write the result to FILE instead of standard error.", HelpName = "FILE" };

    public IEnumerable<Option> All =>
        [_events, _metrics, _sets.Sets, .. _sets.Others, .. _targets.All, _repeat, _interval, .. _otlp.All, _timeout, _noInherit, _together, _json, _csv, _output];

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
        Refuse(command is [['-', ..], ..], $"There is no option {command.FirstOrDefault()}.\nSee what there is:  pfmon stat --help");
        var targets = _targets.Read(parsed);
        var repeat = parsed.Positive(_repeat);
        var interval = parsed.Positive(_interval);
        Refuse(command.Length == 0 && targets.Count == 0, "Nothing is to be counted: give a command, or one of -t, -p, -C, -a and -G.\nAn example:  pfmon stat ls");
        Refuse(repeat is not null && command.Length == 0, "-r repeats a command, and none is given.");
        Refuse(repeat is not null && interval is not null, "-r and -I exclude each other: an interval has no counterpart in the next run.");
        var otlp = _otlp.Read(parsed, Milliseconds(interval));
        Refuse(repeat is not null && otlp is not null, "-r and --otlp exclude each other: a collector wants totals that go on, and each run begins anew.");
        Refuse(parsed.GetValue(_json) && parsed.GetValue(_csv), "--json and --csv exclude each other.");

        List<Metric> metrics = [.. (parsed.GetValue(_metrics) ?? []).SelectMany(MetricCatalogue.Parse)];
        var session = new SessionOptions
        {
            Following = parsed.GetValue(_noInherit) ? Following.Nothing : Following.ThreadsAndProcesses,
            Scheduling = parsed.GetValue(_together) ? Scheduling.Together : Scheduling.Independent,
            KernelMode = KernelMode.WhenPermitted,
            UnsupportedEvents = UnsupportedEvents.Skip,
        };
        var sets = _sets.Read(parsed, metrics, session);
        var given = parsed.GetValue(_events) ?? [];
        Refuse(
            sets is not null && given.Length > 0,
            $"-e and --set exclude each other: put the events of -e into a set, or into one of their own:  --set {string.Join(',', given)}");
        Refuse(sets is { HasSliceFiles: true } && targets.Count > 1, "--slices and --plot are of one target, and several are given: count one at a time.");
        Refuse(sets is { HasSliceFiles: true } && repeat > 1, "--slices and --plot are of one run: leave out -r.");
        Refuse(
            parsed.GetValue(_output) is { } output && sets is { HasSliceFiles: true } && (output == sets.SlicesPath || output == sets.PlotPath),
            $"-o and {(parsed.GetValue(_output) == sets?.PlotPath ? "--plot" : "--slices")} cannot both be {parsed.GetValue(_output)}.");
        return new StatRequest
        {
            Events = sets is null
                ? MetricEvents.Complete(EventParser.ParseOrThrow(Events(given), HostDescription.Current), metrics, HostDescription.Current)
                : [],
            Sets = sets,
            Metrics = metrics,
            Targets = targets,
            IsOfCpus = _targets.AreCpus(parsed),
            Command = command,
            Repeat = repeat,
            Interval = Milliseconds(interval),
            Otlp = otlp,
            Timeout = Milliseconds(parsed.Positive(_timeout)),
            Session = session,
            Format = parsed.GetValue(_json) ? StatFormatKind.Json : parsed.GetValue(_csv) ? StatFormatKind.Csv : StatFormatKind.Table,
            OutputPath = parsed.GetValue(_output),
        };
    }

    private static string Events(string[] given) => given.Length > 0 ? string.Join(',', given) : DefaultEvents;

    private static TimeSpan? Milliseconds(int? number) => number is { } some ? TimeSpan.FromMilliseconds(some) : null;
}
