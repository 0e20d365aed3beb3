using Perfmon.Session;
using Perfmon.Sets.Estimation;
using Perfmon.Tool.Output;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>Event sets for people: bracketed, with their turns, and below them how switching went and whether the estimates can be believed.</summary>
internal sealed class SetTable(IAnsiConsole console, StatResult result, SetTurns turns)
{
    private const string Unknown = "± ?";

    /// <summary>The events, a bracket for each set.</summary>
    public void WriteSets()
    {
        var numbers = result.Events.Select(one => StatTable.Number(one).Text).ToList();
        var width = result.Events.Zip(numbers).Max(pair => pair.First.Value is null ? 0 : pair.Second.Length);
        var rows = new List<Cell[]>();
        foreach (var (index, one) in result.Events.Index())
        {
            var isFirst = index == 0 || result.Events[index - 1].Set != one.Set;
            var isLast = index == result.Events.Count - 1 || result.Events[index + 1].Set != one.Set;
            var bracket = (isFirst, isLast) switch
            {
                (true, true) => '─',
                (true, false) => '┌',
                (false, true) => '└',
                _ => '│',
            };
            rows.Add(
            [
                isFirst ? $"set {one.Set}" : "",
                $"{bracket} {one.Name}",
                new Cell($"{numbers[index].PadLeft(width)} {(result.IsRepeated ? StatTable.Error(one) : Error(one))}".TrimEnd(), one.Value is null ? Terminal.Warning : null),
                StatTable.Number(one).Unit,
                new Cell(DerivedFigure.Of(index, result), Terminal.Dim),
                one.Value is null ? "" : $"{one.ShareOfTime:P1}",
                one.State == CountState.Estimated ? "estimated" : "",
            ]);
            if (isLast)
            {
                var set = turns.Sets.Single(set => set.Id == one.Set);
                rows.Add(["", new Cell($"  {Turns(set.Runs)}, {Milliseconds(set.ActiveTime)}", Terminal.Dim), "", "", "", "", ""]);
            }
        }

        console.WriteColumns([Justify.Left, Justify.Left, Justify.Left, Justify.Left, Justify.Left, Justify.Right, Justify.Left], rows, names: 1, spare: 4);
    }

    /// <summary>The rows below the times: name, number, and what is to say of it.</summary>
    public IReadOnlyList<Cell[]> Rows()
    {
        var when = turns.Sets.Select(set => set.Switch).Distinct().ToList();
        List<Cell[]> rows =
        [
            [new Cell("active", Terminal.Dim), $"{turns.ActiveTime.TotalSeconds:N6} s", result.Runs.Count > 1 ? "in all runs" : ""],
            [new Cell("switches", Terminal.Dim), $"{turns.Switches:N0}", turns.Sets.Count == 1 ? "" : string.Join(", ", [.. when, .. Lateness()])],
        ];
        if (result.Events.Any(one => one.State == CountState.Estimated))
        {
            rows.Add([new Cell("estimator", Terminal.Dim), "", $"{turns.Estimator}{Reference()}"]);
        }

        return rows;
    }

    /// <summary>Whether estimates can be believed, where there are any and a reference tells.</summary>
    public void WriteTrust()
    {
        var trust = turns.LeastTrust;
        if (turns.Reference is not null && result.Events.Any(one => one.State == CountState.Estimated))
        {
            console.WriteLine();
            console.WriteLine(trust.Sentence, trust.Verdict == TrustVerdict.Disagrees ? Terminal.Warning : Terminal.Dim);
        }
    }

    /// <summary>How far an estimate may be off; empty for what is none.</summary>
    public static string Error(EventResult one) =>
        one.State != CountState.Estimated ? ""
        : one is { Value: { } value, Low: { } low, High: { } high } ? $"± {Quantity.Of(one.Event, Math.Max(high - value, value - low)).Text}"
        : Unknown;

    private IEnumerable<string> Lateness() => turns.MeanLateness is { } mean
        ? [$"{Microseconds(mean)} late on average", $"{Microseconds(turns.LongestLateness)} at most"]
        : [];

    private string Reference() => turns.Reference is { } reference ? turns.Estimator.UsesReference ? $" by {reference}" : $", sets compared by {reference}"
        : turns.Estimator.UsesReference ? " without a reference (--reference E)"
        : "";

    private static string Turns(ulong number) => number == 1 ? "1 turn" : $"{number:N0} turns";

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:N2} ms";

    private static string Microseconds(double nanoseconds) => $"{nanoseconds / 1_000:N0} µs";
}
