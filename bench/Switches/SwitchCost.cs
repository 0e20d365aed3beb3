namespace Perfmon.Bench.Switches;

/// <summary>
/// What it costs that sets take turns: CPU time of a switch, and how much slower the program becomes, of C and of Perfmon in turn on the same program.
/// </summary>
internal static class SwitchCost
{
    // Events that a busy program seldom causes, one of them in both sets: all but the switches themselves costs nothing.
    private static readonly string[] s_sets =
    [
        "page-faults,minor-faults,context-switches,cpu-migrations",
        "page-faults,major-faults,alignment-faults,emulation-faults",
    ];

    // Until the code is compiled for good.
    private static readonly Row s_warmUp = new(1, TimeSpan.FromMilliseconds(1), 3_000, 1);

    private static readonly Row[] s_rows =
    [
        new(1, TimeSpan.FromMilliseconds(1), 300, 15),
        new(1, TimeSpan.FromMilliseconds(10), 50, 9),
        new(1, TimeSpan.FromMilliseconds(100), 20, 15),
        new(1, TimeSpan.FromSeconds(1), 5.5, 21),
        new(64, TimeSpan.FromMilliseconds(1), 15, 11),
        new(64, TimeSpan.FromMilliseconds(10), 10, 15),
        new(64, TimeSpan.FromMilliseconds(100), 3, 7),
        new(64, TimeSpan.FromSeconds(1), 2.1, 1),
        new(1, TimeSpan.FromMilliseconds(1), 300, 7, Strategy.SameCpu),
        new(1, TimeSpan.FromMilliseconds(1), 300, 7, Strategy.Anywhere),
        new(64, TimeSpan.FromMilliseconds(1), 15, 7, Strategy.SameCpu),
        new(64, TimeSpan.FromMilliseconds(1), 15, 7, Strategy.Anywhere),
    ];

    /// <param name="words">Only rows with one of these in their names; all, when there is none.</param>
    public static void Run(string[] words)
    {
        PeerSide.GoFirst();
        var peer = new PeerSide(s_sets);
        var perfmon = new PerfmonSide(s_sets);
        using (var program = new BusyProgram(s_warmUp.Threads))
        {
            _ = Round.Measure(program, s_warmUp, perfmon);
        }

        Console.WriteLine($"{Machine.Description}\nmedians over rounds of nothing, C and C# in turn; C# / C: of the rounds' own ratios, with quartiles\n");
        Console.WriteLine("| switches a second of CPU time | C | C# | C# / C | quartiles | slower by, C | C# | switches | rounds | bytes allocated |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var row in s_rows.Where(row => words is [] || words.Any(word => row.Name.Contains(word, StringComparison.OrdinalIgnoreCase))))
        {
            Print(row, peer, row.Strategy == Strategy.Anywhere ? null : perfmon);
        }
    }

    private static void Print(Row row, PeerSide peer, PerfmonSide? perfmon)
    {
        var undisturbed = new List<Round>();
        var c = new List<Round>();
        var csharp = new List<Round>();
        List<(ISwitchingSide? Side, List<Round> Rounds)> sides = [(null, undisturbed), (peer, c)];
        if (perfmon is not null)
        {
            sides.Add((perfmon, csharp));
        }

        using var program = new BusyProgram(row.Threads);
        for (var round = 0; round < row.Rounds; round++)
        {
            // Each comes first, and after each of the others, as often.
            for (var i = 0; i < sides.Count; i++)
            {
                var (side, rounds) = sides[(round + i) % sides.Count];
                rounds.Add(Round.Measure(program, row, side));
            }
        }

        Console.Write($"| {row.Name} | {Cost(c)} | ");
        Console.Write(perfmon is null ? "– | – | – " : $"{Cost(csharp)} | {Ratio(csharp, c)} ");
        Console.Write($"| {SlowDown(c, undisturbed)} | {(perfmon is null ? "–" : SlowDown(csharp, undisturbed))} | {c.Sum(round => round.Switches):N0} ");
        Console.WriteLine($"| {row.Rounds} | {(perfmon is null ? "–" : $"{csharp.Sum(round => round.Allocated) / csharp.Sum(round => round.Switches):N0}")} |");
    }

    private static string Cost(List<Round> rounds) => $"{Quantiles.Median([.. rounds.Select(round => round.SwitchCost)]):N1} µs";

    // Of neighbouring rounds: a machine whose caches are now warm, now cold has two kinds of rounds, and a ratio of medians compares one with the other.
    private static string Ratio(List<Round> csharp, List<Round> c)
    {
        double[] ratios = [.. csharp.Zip(c, (mine, theirs) => mine.SwitchCost / theirs.SwitchCost)];
        return $"{Quantiles.Median(ratios):F2} | {Quantiles.Of(ratios, 0.25):F2} to {Quantiles.Of(ratios, 0.75):F2}";
    }

    private static string SlowDown(List<Round> rounds, List<Round> undisturbed)
    {
        double[] shares = [.. rounds.Zip(undisturbed, (with, without) => 1 - (with.Speed / without.Speed))];
        return $"{Quantiles.Median(shares):P2} ({Quantiles.Of(shares, 0.25):P2} to {Quantiles.Of(shares, 0.75):P2})";
    }
}
