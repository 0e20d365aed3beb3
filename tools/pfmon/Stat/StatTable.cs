using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tool.Output;
using Perfmon.Tool.Stat.Sets;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Stat;

/// <summary>The result for people: a line for each event, and below them what must be known to read them.</summary>
internal sealed class StatTable(IAnsiConsole console) : StatFormat
{
    private const double ExactShare = 0.9995;

    private bool _hasIntervals;

    public override void Write(StatInterval interval)
    {
        if (!_hasIntervals)
        {
            console.WriteLine($"{"time",12} {"count",20}       event", Terminal.Dim);
            _hasIntervals = true;
        }

        foreach (var result in interval.Events)
        {
            var (text, unit) = Number(result);
            var estimated = result.State == CountState.Estimated ? $"  {result.ShareOfTime:P1} estimated" : "";
            var set = interval.HasSets ? $"set {result.Set}  " : "";
            var error = interval.HasSets && result.State == CountState.Estimated ? $"  {SetTable.Error(result)}" : "";
            console.WriteLine($"{$"{interval.End.TotalSeconds:N4} s",12} {text,20} {unit,-4}  {set}{result.Name}{error}{estimated}");
        }

        foreach (var value in interval.Metrics)
        {
            var (text, unit) = Number(value);
            var estimated = value.State == MetricState.Estimated ? "  estimated" : "";
            console.WriteLine($"{$"{interval.End.TotalSeconds:N4} s",12} {text,20}       {$"{value.Name}  {unit}".TrimEnd()}{estimated}");
        }
    }

    public override void Write(StatResult result)
    {
        console.WriteLine();
        console.WriteLine($"Counted {result.Subject}{(result.IsRepeated ? $", {result.Runs.Count} runs" : "")}:", Terminal.Bold);
        console.WriteLine();
        var sets = result.Turns is { } turns ? new SetTable(console, result, turns) : null;
        if (sets is not null)
        {
            sets.WriteSets();
        }
        else
        {
            console.WriteColumns(
                [Justify.Left, Justify.Right, Justify.Left, Justify.Left, Justify.Left, Justify.Right, Justify.Left],
                [.. result.Events.Select((_, i) => Row(i, result))],
                names: 0,
                spare: 4);
        }

        console.WriteLine();
        if (result.Metrics.Count > 0)
        {
            console.WriteColumns([Justify.Left, Justify.Right, Justify.Left, Justify.Left, Justify.Left], [.. result.Metrics.Select(Row)]);
            console.WriteLine();
        }

        console.WriteColumns([Justify.Left, Justify.Right, Justify.Left], [.. Times(result), .. sets?.Rows() ?? []]);
        sets?.WriteTrust();
        foreach (var note in Reasons(result.Events).Concat(Reasons(result.Metrics, result.Events)).Concat(result.Notes))
        {
            console.WriteLine();
            console.WriteLine(note, Terminal.Warning);
        }

        console.WriteLine();
    }

    private static Cell[] Row(int index, StatResult result)
    {
        var one = result.Events[index];
        var (text, unit) = Number(one);
        return
        [
            one.Name,
            new Cell(text, one.Value is null ? Terminal.Warning : null),
            unit,
            result.IsRepeated ? Error(one) : "",
            new Cell(DerivedFigure.Of(index, result), Terminal.Dim),
            one.Value is not null && one.ShareOfTime < ExactShare ? $"{one.ShareOfTime:P1}" : "",
            one.State == CountState.Estimated ? "estimated" : "",
        ];
    }

    private static Cell[] Row(MetricValue value)
    {
        var (text, unit) = Number(value);
        return
        [
            value.Name,
            new Cell(text, value.Value is null ? Terminal.Warning : null),
            unit,
            Error(value),
            value.State == MetricState.Estimated ? "estimated" : "",
        ];
    }

    private static Quantity Number(MetricValue value) => value switch
    {
        { Value: { } number } => Quantity.Of(value.Metric, number),
        { State: MetricState.Undefined } => new("<undefined>", ""),
        _ => new("<not counted>", ""),
    };

    /// <summary>The count as people read it, or why there is none.</summary>
    public static Quantity Number(EventResult one) => one switch
    {
        { Value: { } value } => Quantity.Of(one.Event, value),
        { IsSupported: false } => new("<not supported>", ""),
        _ => new("<not counted>", ""),
    };

    /// <summary>Half the interval's width, absolute and relative; empty where none is known.</summary>
    public static string Error(EventResult one) =>
        one is { Value: { } value, High: { } high } && value > 0
            ? $"± {Quantity.Of(one.Event, high - value).Text} (± {(high - value) / value:P1})"
            : "";

    // An interval without width needs no mention: the value is exact.
    private static string Error(MetricValue value) =>
        value is { Value: { } number, High: { } high } && high > number && number != 0
            ? $"± {Quantity.Of(value.Metric, high - number, number).Text} (± {(high - number) / Math.Abs(number):P1})"
            : "";

    private static IReadOnlyList<Cell[]> Times(StatResult result)
    {
        var exits = result.Runs.Select(run => run.Exit).OfType<CommandExit>().ToList();
        return exits.Count == 0
            ? [Time("elapsed", [result.Elapsed])]
            : [
                Time("elapsed", [.. result.Runs.Select(run => run.Elapsed)]),
                Time("user", [.. exits.Select(exit => exit.UserTime)]),
                Time("sys", [.. exits.Select(exit => exit.SystemTime)]),
            ];
    }

    private static Cell[] Time(string name, IReadOnlyList<TimeSpan> times)
    {
        var mean = Mean.Of([.. times.Select(time => (decimal)time.TotalNanoseconds)]);
        var seconds = (decimal nanoseconds) => nanoseconds / 1_000_000_000;
        return
        [
            new Cell(name, Terminal.Dim),
            $"{seconds(mean.Value):N6} s",
            mean is { High: { } high, Value: > 0 } ? $"± {seconds(high - mean.Value):N6} (± {(high - mean.Value) / mean.Value:P1})" : "",
        ];
    }

    // A reason that several events have in common is told once. A refusal's first line names its event, which stands before it here.
    private static IEnumerable<string> Reasons(IReadOnlyList<EventResult> events) =>
        from one in events
        where one.Value is null
        let reason = one.IsSupported ? one.Reason : AfterFirstLine(one.Reason ?? "")
        let more = one.LacksCounter ? "\nSee how many are free and who may hold them:  pfmon info"
            : one.LacksTurn ? "\nThe end came before. Give shorter turns, such as --switch 1ms, or count for longer."
            : ""
        group one.Name by (one.IsSupported, reason, more) into same
        select $"{(same.Key.IsSupported ? "Not counted" : "Not supported")}: {string.Join(", ", same.Distinct())}{(same.Key.IsSupported ? ": " : ".\n")}{same.Key.reason}{(same.Key.IsSupported ? "." : "")}{same.Key.more}";

    // Why an event was not counted stands above already.
    private static IEnumerable<string> Reasons(IReadOnlyList<MetricValue> metrics, IReadOnlyList<EventResult> events) =>
        from one in metrics
        where one.Value is null
        let reason = one.MissingEvent is { } missing && events.Any(counted => counted.Name == missing) ? $"{missing} is not counted" : one.Reason
        group one.Name by (one.State, reason) into same
        select $"{(same.Key.State == MetricState.Undefined ? "Undefined" : "Not counted")}: {string.Join(", ", same)}: {same.Key.reason}.";

    private static string AfterFirstLine(string text) => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
}
