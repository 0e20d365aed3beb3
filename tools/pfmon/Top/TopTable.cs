using System.Globalization;
using Perfmon.Profiles;
using Perfmon.Tool.Output;
using Perfmon.Tool.Sample;
using Perfmon.Tool.Stat;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;
using Profile = Perfmon.Profiles.Profile;

namespace Perfmon.Tool.Top;

/// <summary>What was sampled in an interval: a line for it, and a table of functions for each event.</summary>
/// <param name="request">What is sampled.</param>
/// <param name="profile">What came.</param>
/// <param name="elapsed">In which time.</param>
/// <param name="lost">What was lost meanwhile.</param>
/// <param name="withoutNames">.NET processes whose methods have no names.</param>
internal sealed class TopTable(SampleRequest request, Profile profile, TimeSpan elapsed, ulong lost, int withoutNames)
{
    // A function's row with its column heads.
    private const int LinesOfTable = 2;

    private readonly bool _hasChains = request.Options.Callchain is not null;
    private readonly string? _hint = request.JitMaps == JitMapUse.Hint && withoutNames > 0
        ? $"{withoutNames} .NET process{(withoutNames == 1 ? " has" : "es have")} no names of methods: --jit"
        : null;

    /// <summary>How many lines are no functions.</summary>
    public int HeaderLines => 1 + (_hint is null ? 0 : 1) + (LinesOfTable * profile.Description.Events.Count);

    /// <summary>Writes it.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="rows">The most functions, of all events together.</param>
    public void Write(IAnsiConsole console, int rows)
    {
        console.WriteLine($"{request.Subject}  {DateTime.Now.ToString("T", CultureInfo.InvariantCulture)}  {Lost()}", lost > 0 ? Terminal.Warning : Terminal.Bold);
        if (_hint is not null)
        {
            console.WriteLine(_hint, Terminal.Warning);
        }

        var events = profile.Description.Events.Count;
        for (var i = 0; i < events; i++)
        {
            Write(console, FlatView.Of(profile, i), Math.Max(1, rows / events));
        }
    }

    private void Write(IAnsiConsole console, FlatView view, int rows)
    {
        // What a CPU does that has nothing to do would stand above all.
        var idle = view.Rows.Where(row => row.Function is { } of && IdleFunctions.Contains(of)).ToList();
        var idleWeight = idle.Sum(row => row.Self.Weight);
        var work = view.Total.Weight - idleWeight;
        console.WriteLine($"{view.Event.Name}  {PerSecond(view.Total.Samples)} samples/s  {Rate(view.Event, work)}{(idleWeight > 0 ? $"  {(double)idleWeight / view.Total.Weight:P1} idle" : "")}", Terminal.Bold);

        // What has no names is told apart by how it is mapped, which nobody sees here.
        var shown = view.Rows.Where(row => row.Self.Samples > 0 && !idle.Contains(row)).GroupBy(row => (row.Name, Module: Module(row)))
            .Select(same => (same.Key.Name, same.Key.Module, Self: same.Sum(row => row.Self.Weight), Total: same.Sum(row => row.Total.Weight), Samples: same.Sum(row => row.Self.Samples)))
            .OrderByDescending(row => row.Self).Take(rows).ToList();
        if (shown.Count == 0)
        {
            console.WriteLine("nothing was sampled", Terminal.Dim);
            return;
        }

        console.WriteColumns(
            [Justify.Right, Justify.Right, Justify.Right, Justify.Left, Justify.Left],
            [
                Head(),
                .. shown.Select(row => new Cell[]
                {
                    Share(row.Self, work), _hasChains ? Share(row.Total, work) : "", PerSecond(row.Samples), row.Name, new(row.Module, Terminal.Dim),
                }),
            ],
            names: 3,
            spare: 4);
    }

    private Cell[] Head() =>
    [
        new("self", Terminal.Dim), new(_hasChains ? "total" : "", Terminal.Dim), new("samples/s", Terminal.Dim), new("function", Terminal.Dim), new("module", Terminal.Dim),
    ];

    private string Lost() => lost == 0 ? "nothing lost" : $"{lost:N0} lost: see -m, -F";

    private string PerSecond(long samples)
    {
        var rate = samples / elapsed.TotalSeconds;
        return rate is 0 or >= 10 ? $"{rate:N0}" : $"{rate:N1}";
    }

    // Callers of what is idle have more than all of the work.
    private static string Share(long part, long work) => work == 0 ? "" : $"{Math.Min(1, (double)part / work):P1}";

    // Of a clock, so many seconds a second are so many CPUs.
    private string Rate(ProfileEvent profileEvent, long weight)
    {
        if (profileEvent.Unit == ProfileUnit.Nanoseconds)
        {
            return $"{weight / elapsed.TotalNanoseconds:N2} CPUs";
        }

        var (number, unit) = Quantity.Rate(weight / elapsed.TotalSeconds);
        return $"{number} {unit.Replace("/s", " events/s", StringComparison.Ordinal).TrimStart()}";
    }

    private static string Module(FlatRow row) => row.Function?.Module switch
    {
        null => "",
        ['[', ..] bracketed => bracketed,
        var path => Path.GetFileName(path),
    };
}
