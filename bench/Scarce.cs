using System.Globalization;
using Perfmon.Sets.Estimation;
using Perfmon.Tests.Sets.Experiments;

namespace Perfmon.Bench;

/// <summary>Twelve watched addresses on four debug registers: how far each estimator is off the truth, and how often its interval covers it.</summary>
internal static class Scarce
{
    private const int Milliseconds = 1200;
    private const int Phases = 5;

    public static int Run(int runs)
    {
        var turn = TimeSpan.FromMilliseconds(10);
        var program = CCompiler.Compile("phased_writes.c", "phased_writes");
        var outcomes = Enumerable.Range(1, runs).SelectMany(seed => ScarceRun.Of(program, seed, Milliseconds, Phases, turn)).ToList();
        Console.WriteLine(Machine.Description);
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{runs} runs of {Milliseconds} ms in {Phases} phases; {ScarceRun.Variables} addresses in sets of {ScarceRun.Registers}, turns of {turn.TotalMilliseconds} ms; reference {ScarceRun.Reference}."));
        Console.WriteLine();
        Console.WriteLine("| estimator | mean error | of constant ratio's | half the interval | coverage | least coverage of an address |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|");
        var constant = outcomes.Where(outcome => outcome.Kind == ConstantRatio.Description).Average(outcome => outcome.Error);
        foreach (var kind in outcomes.GroupBy(outcome => outcome.Kind))
        {
            var error = kind.Average(outcome => outcome.Error);
            var half = kind.Average(outcome => (outcome.Estimate.High!.Value - outcome.Estimate.Low!.Value) / 2.0 / outcome.Truth);
            var least = kind.GroupBy(outcome => outcome.Variable).Min(variable => variable.Average(Covered));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {kind.Key} | {error:P3} | {error / constant:0.00} | {half:P2} | {kind.Average(Covered):P1} | {least:P1} |"));
        }

        return 0;
    }

    private static double Covered(ScarceRun.Outcome outcome) => outcome.IsCovered ? 1 : 0;
}
