using Perfmon.Kvm.Guests;
using Perfmon.Session;
using Perfmon.Tool.Output;
using Perfmon.Tool.Stat;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Kvm.Guests;

/// <summary>The result for people: a row for each event and each of KVM's statistics, a column for each vCPU and one for all.</summary>
internal sealed class GuestTable(IAnsiConsole console) : GuestFormat
{
    private const int MostColumns = 8;
    private const string NotCounted = "-";

    private bool _hasIntervals;

    public override void Write(GuestStatResult result)
    {
        if (!result.IsWhole)
        {
            WriteInterval(result);
            return;
        }

        console.WriteLine();
        console.WriteLine($"Counted vCPUs of {result.Machine.Name} (process {result.Machine.ProcessId}):", Terminal.Bold);
        foreach (var some in result.Reading.Vcpus.Chunk(MostColumns))
        {
            console.WriteLine();
            WriteCounts(result.Reading, some);
        }

        if (result.Reading.Statistics is { Total: not null } statistics)
        {
            WriteStatistics(statistics, result.Reading);
        }

        console.WriteLine();
        console.WriteColumns([Justify.Left, Justify.Right], [[new Cell("elapsed", Terminal.Dim), $"{result.Length.TotalSeconds:N6} s"]]);
        foreach (var note in Reasons(result.Reading).Concat(OfStatistics(result.Reading.Statistics)).Concat(result.Notes))
        {
            console.WriteLine();
            console.WriteLine(note, Terminal.Warning);
        }

        console.WriteLine();
    }

    private void WriteInterval(GuestStatResult result)
    {
        if (!_hasIntervals)
        {
            console.WriteLine($"{"time",12} {"vcpu",6} {"count",20}       event", Terminal.Dim);
            _hasIntervals = true;
        }

        foreach (var (name, counts) in result.Reading.Vcpus.Select(vcpu => ($"{vcpu.Vcpu.Vcpu}", vcpu.Counts)).Append(("all", result.Reading.Total)))
        {
            foreach (var one in counts)
            {
                var (text, unit) = StatTable.Number(EventResult.Of(one));
                var estimated = one.Count.State == CountState.Estimated ? $"  {one.Count.ShareOfTime:P1} estimated" : "";
                console.WriteLine($"{$"{result.End.TotalSeconds:N4} s",12} {name,6} {text,20} {unit,-4}  {one.Name}{estimated}");
            }
        }
    }

    private void WriteCounts(GuestReading reading, VcpuReading[] vcpus)
    {
        Cell[] head = ["", .. vcpus.Select(vcpu => new Cell($"vCPU {vcpu.Vcpu.Vcpu}{(vcpu.HasEnded ? " (ended)" : "")}", Terminal.Dim)), new Cell("all", Terminal.Dim), ""];
        var rows = new List<Cell[]> { head };
        for (var i = 0; i < reading.Total.Count; i++)
        {
            var total = reading.Total[i];
            rows.Add([total.Name, .. vcpus.Select(vcpu => Number(vcpu.Counts[i])), Number(total), new Cell(Quantity.Of(total.Event, 0).Unit, Terminal.Dim)]);
        }

        WriteTable(rows);
    }

    // What did not happen is left out: there are some sixty.
    private void WriteStatistics(GuestStatistics statistics, GuestReading reading)
    {
        var numbers = reading.Vcpus.Select(vcpu => vcpu.Vcpu.Vcpu).Distinct().Where(statistics.Vcpus.ContainsKey).ToList();
        var names = statistics.Total!.Values.Where(value => value.Value > 0 && value.Statistic.Count == 1).ToList();
        if (names.Count == 0)
        {
            return;
        }

        foreach (var some in numbers.Count == 0 ? [[]] : numbers.Chunk(MostColumns))
        {
            Cell[] head = [new Cell("KVM's statistics", Terminal.Bold), .. some.Select(number => new Cell($"vCPU {number}", Terminal.Dim)), new Cell("all", Terminal.Dim), ""];
            var rows = new List<Cell[]> { head };
            rows.AddRange(names.Select(total => (Cell[])
            [
                total.Name,
                .. some.Select(number => new Cell(statistics.Vcpus[number] is var own && own.Has(total.Name) ? Number(own[total.Name]) : "")),
                Number(total),
                new Cell(Remark(total), Terminal.Dim),
            ]));
            console.WriteLine();
            WriteTable(rows);
        }
    }

    private void WriteTable(List<Cell[]> rows) =>
        console.WriteColumns([Justify.Left, .. Enumerable.Repeat(Justify.Right, rows[0].Length - 2), Justify.Left], rows, names: 0);

    private static Cell Number(EventCount one) => one.Count.State switch
    {
        CountState.Counted => Quantity.Of(one.Event, one.Count.Value).Text,
        CountState.Estimated => new Cell($"~{Quantity.Of(one.Event, one.Count.Value).Text}", Terminal.Warning),
        _ => new Cell(NotCounted, Terminal.Warning),
    };

    private static string Number(KvmStatisticValue value) =>
        value.Statistic is { Unit: KvmStatisticUnit.Seconds } ? $"{value.Scaled * 1000:N2}" : $"{value.Value:N0}";

    private static string Remark(KvmStatisticValue value)
    {
        var unit = value.Statistic.Unit switch { KvmStatisticUnit.Seconds => "msec", KvmStatisticUnit.Bytes => "bytes", KvmStatisticUnit.Cycles => "cycles", _ => "" };
        return value.Grows ? unit : $"{unit} {(value.Statistic.Kind == KvmStatisticKind.Peak ? "at most, ever" : "now")}".TrimStart();
    }

    // Told once: by reason, with whom it is of.
    private static IEnumerable<string> Reasons(GuestReading reading)
    {
        var all = reading.Vcpus.SelectMany(vcpu => vcpu.Counts.Select(count => (vcpu.Vcpu, Count: count))).Where(one => one.Count.Reason is not null);
        foreach (var same in all.GroupBy(one => (one.Count.Count.State, Reason: one.Count.Refusal is { } refusal ? AfterFirstLine(refusal.Message) : one.Count.Reason!)))
        {
            var events = same.Select(one => one.Count.Name).Distinct().ToList();
            var whom = events.Count == reading.Total.Count ? "" : $"{string.Join(", ", events)} on ";
            var vcpus = string.Join(", ", same.Select(one => one.Vcpu.Vcpu).Distinct());
            yield return $"{(same.Key.State == CountState.Estimated ? "Estimated (~)" : "Not counted (-)")}: {whom}vCPU {vcpus}: {same.Key.Reason.TrimEnd('.')}.";
        }
    }

    private static IEnumerable<string> OfStatistics(GuestStatistics? statistics) => statistics switch
    {
        null => [],
        { Total: { } total } when total.Values.All(value => value.Value == 0) => ["KVM's own statistics have not changed."],
        { Total: null } => [$"KVM's own statistics are not known: {statistics.Problem}."],
        { Source: GuestStatisticsSource.Monitor } => ["KVM's own statistics are of QEMU's monitor, which reads them on the vCPUs' threads: with -I each reading takes every vCPU an exit to user space."],
        { Source: GuestStatisticsSource.DebugFs } => ["KVM's own statistics are of debugfs: sums over the vCPUs, without histograms."],
        { Problem: { } problem } => [$"KVM's own statistics: {problem}."],
        _ => [],
    };

    private static string AfterFirstLine(string text) => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
}
