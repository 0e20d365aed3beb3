using Perfmon.Bench.Switches;

namespace Perfmon.Bench.Sampling;

/// <summary>
/// What sampling costs the sampled thread and the reader, and what is lost when a ring is too small: <c>perf record</c> and Perfmon in turn, on the same
/// program.
/// </summary>
internal static class SamplingComparison
{
    private const int Calls = 300_000;

    private static readonly TimeSpan s_length = TimeSpan.FromMilliseconds(400);
    private static readonly int[] s_rates = [100, 1_000, 10_000];
    private static readonly int[] s_pages = [1, 8, 64, 512];

    public static int Run(int rounds)
    {
        if (!PerfRecorder.IsInstalled)
        {
            Console.Error.WriteLine("perf is not installed. Run: sudo apt-get install linux-perf");
            return 1;
        }

        IRecorder[] sides = [new PerfRecorder(), new PerfmonRecorder()];
        Console.WriteLine($"{Machine.Description}\nmedians over {rounds} rounds of nothing, perf record and Perfmon in turn; quartiles in parentheses\n");
        using (var program = new BusyProgram(1))
        {
            PrintCost(program, sides, rounds);
        }

        PrintLoss(CCompiler.Compile("getppid.c", "getppid"), sides, rounds);
        return 0;
    }

    private static void PrintCost(BusyProgram program, IRecorder[] sides, int rounds)
    {
        // Until the code is compiled for good.
        _ = Measure(program, sides[1], s_rates[^1]);
        Console.WriteLine("| samples a second of CPU time | slower by, perf record | Perfmon | reader's CPU time a sample, perf record | Perfmon | samples |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|");
        foreach (var hertz in s_rates)
        {
            List<Cost> none = [], perf = [], perfmon = [];
            for (var round = 0; round < rounds; round++)
            {
                // Each comes first, and after each of the others, as often.
                (IRecorder? Side, List<Cost> Costs)[] turns = [(null, none), (sides[0], perf), (sides[1], perfmon)];
                for (var i = 0; i < turns.Length; i++)
                {
                    var (side, costs) = turns[(round + i) % turns.Length];
                    costs.Add(Measure(program, side, hertz));
                }
            }

            Console.WriteLine(
                $"| {hertz:N0} | {SlowDown(perf, none)} | {SlowDown(perfmon, none)} | {Quantiles.Median([.. perf.Select(cost => cost.OwnTime)]):N1} µs "
                + $"| {Quantiles.Median([.. perfmon.Select(cost => cost.OwnTime)]):N1} µs | {perf.Sum(cost => cost.Samples):N0}, {perfmon.Sum(cost => cost.Samples):N0} |");
        }
    }

    private static Cost Measure(BusyProgram program, IRecorder? side, int hertz)
    {
        side?.Start(program.Threads[0], hertz);
        var own = side?.OwnTime ?? 0;
        var (work, time) = program.Read();
        Thread.Sleep(s_length);
        var (workAfter, timeAfter) = program.Read();
        var ownAfter = side?.OwnTime ?? 0;
        var samples = side?.Stop() ?? 0;
        var expected = (timeAfter - time) / 1e9 * hertz;
        return new Cost((double)(workAfter - work) / (timeAfter - time), (ownAfter - own) / 1e3 / expected, samples);
    }

    private static string SlowDown(List<Cost> costs, List<Cost> none)
    {
        double[] shares = [.. costs.Zip(none, (with, without) => 1 - (with.Speed / without.Speed))];
        return $"{Quantiles.Median(shares):P2} ({Quantiles.Of(shares, 0.25):P2} to {Quantiles.Of(shares, 0.75):P2})";
    }

    private static void PrintLoss(string program, IRecorder[] sides, int rounds)
    {
        Console.WriteLine($"\n{Calls:N0} calls of getppid as fast as they come, a sample each\n");
        Console.WriteLine("| ring of each CPU | lost, perf record | Perfmon |");
        Console.WriteLine("|---|--:|--:|");
        foreach (var pages in s_pages)
        {
            List<double>[] lost = [[], []];
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < sides.Length; i++)
                {
                    var side = (round + i) % sides.Length;
                    lost[side].Add(1 - ((double)sides[side].Flood(program, Calls, pages) / Calls));
                }
            }

            var columns = lost.Select(shares => $"{Quantiles.Median(shares):P1} ({Quantiles.Of(shares, 0.25):P1} to {Quantiles.Of(shares, 0.75):P1})");
            Console.WriteLine($"| {pages * 4} KiB | {string.Join(" | ", columns)} |");
        }
    }

    /// <param name="Speed">What the program did in a nanosecond of its CPU time.</param>
    /// <param name="OwnTime">The reader's CPU time for each sample, in microseconds.</param>
    /// <param name="Samples">The samples, those before and after the measured time included.</param>
    private readonly record struct Cost(double Speed, double OwnTime, long Samples);
}
