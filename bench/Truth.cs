using System.Globalization;
using Perfmon.Tests.Sets.Experiments;

namespace Perfmon.Bench;

/// <summary>
/// Truth next to estimate: the same events in a session that never switches, in the same run. How far each estimator is off, and how often its interval covers the
/// truth, for programs of several kinds and turns of several lengths.
/// </summary>
internal static class Truth
{
    private const int Milliseconds = 1000;
    private static readonly double[] s_turns = [1, 4, 10];

    public static int Run(int runs)
    {
        var program = CCompiler.Compile("paced_calls.c", "paced_calls");
        Console.WriteLine(Machine.Description);
        Console.WriteLine();
        Console.WriteLine($"{runs} runs of {Milliseconds} ms of CPU time each; {PacedRun.Tracepoint} and {PacedRun.Software} in two of three sets, in random order; reference {PacedRun.Reference}.");
        Console.WriteLine();
        Console.WriteLine("| program | turns of | estimator | mean error | half the interval | coverage |");
        Console.WriteLine("|---|--:|---|--:|--:|--:|");
        foreach (var kind in PacedRun.Kinds)
        {
            foreach (var turn in s_turns)
            {
                var outcomes = Enumerable.Range(1, runs).SelectMany(seed => PacedRun.Of(program, kind, Milliseconds, TimeSpan.FromMilliseconds(turn), seed)).ToList();
                foreach (var one in outcomes.GroupBy(outcome => outcome.Estimator))
                {
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {kind} | {turn} ms | {one.Key} | {one.Average(outcome => outcome.Error):P3} | {one.Average(Half):P2} | {one.Average(outcome => outcome.IsCovered ? 1 : 0):P0} |"));
                }
            }
        }

        return 0;
    }

    private static double Half(PacedRun.Outcome outcome) =>
        outcome.Estimate is { High: { } high, Low: { } low } ? (high - low) / 2.0 / outcome.Truth : double.NaN;
}
