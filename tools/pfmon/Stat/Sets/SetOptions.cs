using System.CommandLine;
using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>The options of event sets, and what they ask for together.</summary>
internal sealed class SetOptions
{
    // At the shortest turn, of 0.1 ms, more than six seconds: slices are read every 50 ms.
    private const int SliceCapacity = 65_536;

    private readonly Option<string[]> _sets = new("--set")
    {
        Description = "An event set. Sets take turns, and what they did not see is estimated. Give it several times.",
        HelpName = "E[,E…]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _switch = new("--switch")
    {
        Description = "A set gives way after a time, 10ms unless told: CPU time of threads, wall clock of CPUs.",
        HelpName = "TIME",
    };

    private readonly Option<string?> _switchOn = new("--switch-on")
    {
        Description = "A set gives way after COUNT times PERIOD events, 1 time unless told.",
        HelpName = "E:PERIOD[:COUNT]",
    };

    private readonly Option<string?> _order = new("--order")
    {
        Description = "Which set is next: round-robin, random, or a weight for each set, such as 2:1.",
        HelpName = "ORDER",
    };

    private readonly Option<string?> _estimator = new("--estimator")
    {
        Description = $"What estimates: {string.Join(", ", EstimatorKinds.All)}; {EstimatorKinds.Default} unless told.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _reference = new("--reference")
    {
        Description = "An event for all sets, such as instructions: it tells what went on between a set's turns.",
        HelpName = "E",
    };

    private readonly Option<string?> _slices = new("--slices") { Description = "Write what each turn counted to FILE, as comma-separated values.", HelpName = "FILE" };
    private readonly Option<string?> _plot = new("--plot") { Description = "Draw each event's rate over time to FILE, an SVG.", HelpName = "FILE" };

    /// <summary>The option that makes event sets.</summary>
    public Option<string[]> Sets => _sets;

    /// <summary>Those that say how they go.</summary>
    public IReadOnlyList<Option<string?>> Others => [_switch, _switchOn, _order, _estimator, _reference, _slices, _plot];

    /// <summary>The sets that are asked for; null for none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="metrics">What is computed: sets have the events for it.</param>
    /// <param name="session">How counters are opened.</param>
    /// <exception cref="ToolException">The options contradict each other, or one is wrong.</exception>
    public SetRequest? Read(ParseResult parsed, IReadOnlyList<Metric> metrics, SessionOptions session)
    {
        if (parsed.GetValue(_sets) is not { Length: > 0 } texts)
        {
            var alone = Others.FirstOrDefault(option => parsed.GetValue(option) is not null);
            Refuse(alone is not null, $"{alone?.Name} is for event sets, and none is given.\nAn example:  --set page-faults --set context-switches");
            return null;
        }

        var (time, overflow) = (parsed.GetValue(_switch), parsed.GetValue(_switchOn));
        Refuse(time is not null && overflow is not null, "--switch and --switch-on exclude each other: a set gives way after a time, or after events.");
        var (slices, plot) = (parsed.GetValue(_slices), parsed.GetValue(_plot));
        Refuse(slices is not null && slices == plot, $"--slices and --plot cannot both be {slices}.");
        var sets = texts.Select(text => EventSet.Of(text)).ToList();
        return new SetRequest
        {
            Sets = MetricSets.Complete(sets, metrics),
            Options = new EventSetOptions
            {
                Session = session,
                Switch = overflow is not null ? SwitchText.OnOverflow(overflow) : time is not null ? SwitchText.After(time) : SetSwitch.Default,
                Order = parsed.GetValue(_order) is { } order ? SwitchText.Order(order, sets.Count) : SetOrder.RoundRobin,
                Estimator = parsed.GetValue(_estimator) is { } name ? Estimator(name) : EstimatorKinds.Default,
                Reference = parsed.GetValue(_reference) is { } reference ? SwitchText.OneEvent("--reference", reference) : null,
                SliceCapacity = slices is null && plot is null ? 0 : SliceCapacity,
            },
            SlicesPath = slices,
            PlotPath = plot,
        };
    }

    private static EstimatorKind Estimator(string name) => EstimatorKinds.Find(name) ?? throw ToolException.WrongUsage(
        $"--estimator: there is no '{name}'. There are:\n{string.Join('\n', EstimatorKinds.All.Select(kind => $"  {kind.Name,-16}  {kind.Summary}"))}");

    private static void Refuse(bool isWrong, string why)
    {
        if (isWrong)
        {
            throw ToolException.WrongUsage(why);
        }
    }
}
