using Perfmon.Sets.Estimation;

namespace Perfmon.Tests.Sets.Simulation;

/// <summary>A program that ran while sets took turns: the slices that one event's set had, and what the event really did.</summary>
internal sealed class SimulatedRun
{
    private const double NanosecondsInMillisecond = 1e6;

    private SimulatedRun(IReadOnlyList<IReadOnlyList<Slice>> sets, ulong truth, Extent extent) => (Sets, Truth, Extent) = (sets, truth, extent);

    /// <summary>The slices of each set, all with the event.</summary>
    public IReadOnlyList<IReadOnlyList<Slice>> Sets { get; }

    /// <summary>What the event counted in all.</summary>
    public ulong Truth { get; }

    public Extent Extent { get; }

    /// <param name="kind">The program.</param>
    /// <param name="sets">How many sets take turns.</param>
    /// <param name="sliceLength">Milliseconds.</param>
    /// <param name="jitter">By which share of it slices are shorter or longer.</param>
    /// <param name="random">Chance.</param>
    public static SimulatedRun Of(ProgramKind kind, int sets, double sliceLength, double jitter, Randomness random)
    {
        var slices = Enumerable.Range(0, sets).Select(_ => new List<Slice>()).ToArray();
        var pieces = kind.Pieces(random).GetEnumerator();
        var piece = default(Piece);
        var (inPiece, start, reference, truth) = (0.0, 0UL, 0UL, 0UL);
        for (var turn = 0; start < ProgramKind.RunTime * NanosecondsInMillisecond; turn++)
        {
            var duration = (ulong)(sliceLength * random.Uniform(1 - jitter, 1 + jitter) * NanosecondsInMillisecond);
            var (mean, referenceMean) = (0.0, 0.0);
            for (var left = duration / NanosecondsInMillisecond; left > 0;)
            {
                if (inPiece >= piece.Duration)
                {
                    _ = pieces.MoveNext();
                    (piece, inPiece) = (pieces.Current, 0);
                }

                var step = Math.Min(left, piece.Duration - inPiece);
                mean += step * piece.RateAt(inPiece + (step / 2));
                referenceMean += step * piece.ReferenceRate;
                inPiece += step;
                left -= step;
            }

            // Work that goes better or worse changes both, and each has a part of its own.
            var noise = kind.Noise / Math.Sqrt(duration / NanosecondsInMillisecond);
            var common = noise * random.Normal();
            var count = random.Poisson(Math.Max(0, mean * (1 + common + (noise * random.Normal()))));
            var referenceCount = random.Poisson(Math.Max(0, referenceMean * (1 + common)));
            slices[turn % sets].Add(new Slice(start, duration, count, reference, referenceCount));
            start += duration;
            reference += referenceCount;
            truth += count;
        }

        return new SimulatedRun(slices, truth, new Extent(start, reference));
    }

    /// <summary>What an estimator makes of one set's slices.</summary>
    public Estimate Estimate(EstimatorKind kind, int set)
    {
        var estimator = kind.Create();
        foreach (var slice in Sets[set])
        {
            estimator.Add(slice);
        }

        return estimator.Read(Extent);
    }
}
