using Perfmon.Sets.Estimation;

namespace Perfmon.Tests.Sets.Simulation;

/// <summary>How an estimator did over many runs of a kind of program.</summary>
/// <param name="Program">The kind of program.</param>
/// <param name="Sets">How many sets took turns.</param>
/// <param name="SliceLength">Milliseconds.</param>
/// <param name="Estimator">The estimator.</param>
/// <param name="Error">Mean of |estimate - truth| / truth.</param>
/// <param name="Coverage">The share of runs whose 95 % interval holds the truth.</param>
/// <param name="HalfWidth">Mean of half the interval's width / truth.</param>
/// <param name="Runs">How many runs.</param>
internal sealed record Trial(
    ProgramKind Program, int Sets, double SliceLength, EstimatorKind Estimator, double Error, double Coverage, double HalfWidth, int Runs)
{
    /// <summary>Timers are late by chance; so slices are not all alike.</summary>
    public const double Jitter = 0.1;

    public static readonly IReadOnlyList<int> SetCounts = [2, 3, 4];
    public static readonly IReadOnlyList<double> SliceLengths = [1, 4, 10];

    /// <summary>Every estimator on the same runs of every number of sets and every length of slices.</summary>
    public static IEnumerable<Trial> Of(ProgramKind program, int runs, int seed, double jitter = Jitter) =>
        from sets in SetCounts
        from length in SliceLengths
        from trial in Of(program, sets, length, runs, HashCode(seed, program.Name.Length, sets, (int)length), jitter)
        select trial;

    /// <summary>Every estimator on the same runs.</summary>
    public static IEnumerable<Trial> Of(ProgramKind program, int sets, double length, int runs, int seed, double jitter = Jitter)
    {
        var random = new Randomness(seed);
        var sums = EstimatorKinds.All.ToDictionary(kind => kind, _ => (Error: 0.0, Covered: 0, Half: 0.0));
        for (var run = 0; run < runs; run++)
        {
            var simulated = SimulatedRun.Of(program, sets, length, jitter, random);
            var set = random.Below(sets);
            double truth = simulated.Truth;
            foreach (var kind in EstimatorKinds.All)
            {
                var estimate = simulated.Estimate(kind, set);
                var (error, covered, half) = sums[kind];
                sums[kind] = (
                    error + (Math.Abs(estimate.Value - truth) / truth),
                    covered + (estimate.Low <= simulated.Truth && simulated.Truth <= estimate.High ? 1 : 0),
                    half + ((estimate.High!.Value - (double)estimate.Low!.Value) / 2 / truth));
            }
        }

        return sums.Select(pair => new Trial(
            program, sets, length, pair.Key, pair.Value.Error / runs, (double)pair.Value.Covered / runs, pair.Value.Half / runs, runs));
    }

    // System.HashCode differs from process to process.
    private static int HashCode(params ReadOnlySpan<int> numbers)
    {
        var code = 17;
        foreach (var number in numbers)
        {
            code = unchecked((code * 31) + number);
        }

        return code;
    }
}
