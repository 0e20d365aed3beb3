using System.CommandLine;
using System.Globalization;
using Perfmon.Profiles;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Recordings;

namespace Perfmon.Tool.Report;

/// <summary>The options of <c>pfmon report</c>, and what they ask for together.</summary>
internal sealed class ReportOptions
{
    // Below that a screen is full of what no one looks for; perf has the same for its trees.
    private const double DefaultPercent = 0.5;

    private static readonly Dictionary<string, FlatKey> s_keys = new()
    {
        ["function"] = FlatKey.Function,
        ["module"] = FlatKey.Module,
        ["comm"] = FlatKey.Comm,
        ["thread"] = FlatKey.Thread,
    };

    private readonly RecordingOptions _recording = new();
    private readonly Option<string?> _sort = new("--sort", "-s")
    {
        Description = "A row for each of: function, module, comm (thread name) or thread. [default: function]",
        HelpName = "KEY",
    };

    private readonly Option<bool> _tree = Flag("--tree", "Show the calls as a tree, from the outermost function in.");
    private readonly Option<bool> _inverted = Flag("--inverted", "Show the tree from the innermost function out: who called it.");
    private readonly Option<string?> _minShare = new("--min-share")
    {
        Description = $"Leave out what is less than this share of the total. [default: {DefaultPercent.ToString(CultureInfo.InvariantCulture)}; with --json 0]",
        HelpName = "PERCENT",
    };

    private readonly Option<string?> _flame = new("--flame") { Description = "Also draw a flame graph: one file that any browser opens.", HelpName = "FILE.html" };
    private readonly Option<bool> _json = Flag("--json", "Write one JSON object.", "-j");

    public IEnumerable<Option> All => [_sort, _tree, _inverted, _minShare, _flame, _json, .. _recording.All];

    public Argument<string?> File => _recording.File;

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="ToolException">It contradicts itself, or a value is wrong.</exception>
    public ReportRequest Read(ParseResult parsed)
    {
        var isTree = parsed.GetValue(_tree) || parsed.GetValue(_inverted);
        var sort = parsed.GetValue(_sort);
        if (isTree && sort is not null)
        {
            throw ToolException.WrongUsage("--sort is of the table: leave it out with --tree, whose nodes are functions.");
        }

        var isJson = parsed.GetValue(_json);
        return new ReportRequest
        {
            File = _recording.FileOf(parsed),
            Symbols = _recording.SymbolsOf(parsed),
            Event = _recording.EventOf(parsed),
            Key = sort is null ? FlatKey.Function
                : s_keys.TryGetValue(sort, out var key) ? key
                : throw ToolException.WrongUsage($"--sort: '{sort}' is none of {string.Join(", ", s_keys.Keys)}."),
            IsTree = isTree,
            IsInverted = parsed.GetValue(_inverted),
            MinShare = Percent(parsed.GetValue(_minShare)) ?? (isJson ? 0 : DefaultPercent / 100),
            FlamePath = parsed.GetValue(_flame),
            IsJson = isJson,
        };
    }

    private static double? Percent(string? text) => text is null ? null
        : double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100 ? percent / 100
        : throw ToolException.WrongUsage($"--min-share: '{text}' is not a percentage from 0 to 100.");

    private static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero };
}
