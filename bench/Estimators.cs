using System.Globalization;
using Perfmon.Sets.Estimation;
using Perfmon.Tests.Sets.Simulation;

namespace Perfmon.Bench;

/// <summary>The table of docs/estimators.md: each estimator on many runs of each kind of simulated program. The same numbers every time.</summary>
internal static class Estimators
{
    private const int Runs = 200;
    private const int Seed = 1;

    /// <param name="options">By which share of their length slices are shorter or longer; a tenth when there is none.</param>
    public static int Run(string[] options)
    {
        var jitter = Trial.Jitter;
        if (options is [var text] && !double.TryParse(text, CultureInfo.InvariantCulture, out jitter))
        {
            Console.Error.WriteLine($"'{text}' is not a share, such as 0.1");
            return 2;
        }

        Console.WriteLine($"{Runs} runs of {ProgramKind.RunTime / 1000} s for each of {string.Join(", ", Trial.SetCounts)} sets and slices of "
            + $"{string.Join(", ", Trial.SliceLengths)} ms (± {jitter:P0}); errors and half intervals are means, of the truth\n");
        Console.WriteLine("| program | estimator | error | of constant ratio's | half the interval | coverage | least coverage |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|");
        foreach (var program in ProgramKind.All)
        {
            var constant = 0.0;
            foreach (var trials in Trial.Of(program, Runs, Seed, jitter).GroupBy(trial => trial.Estimator))
            {
                var error = trials.Average(trial => trial.Error);
                constant = trials.Key == ConstantRatio.Description ? error : constant;
                Console.WriteLine($"| {program.Name} | {trials.Key} | {error * 100:N3} % | {error / constant:N2} | {trials.Average(trial => trial.HalfWidth) * 100:N2} % "
                    + $"| {trials.Average(trial => trial.Coverage) * 100:N1} % | {trials.Min(trial => trial.Coverage) * 100:N1} % |");
            }
        }

        return 0;
    }
}
