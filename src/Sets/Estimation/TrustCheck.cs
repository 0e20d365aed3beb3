using System.Globalization;
using MathNet.Numerics.Distributions;
using Perfmon.Session;

namespace Perfmon.Sets.Estimation;

/// <summary>
/// Whether estimates can be believed at all: the reference event is in every set, so each set's slices give an estimate of what is known, its total. If a set's is
/// further off than its interval allows, its slices were no sample of the time: the program keeps step with the switching, and every
/// estimate of that set is off with an interval that does not say so. It does not see an event that keeps step while the reference does not.
/// </summary>
/// <remarks>
/// With z the distance of a set's estimate from the total in standard errors and f its share of the time, Σ (1-f) z² is distributed as chi-square with
/// one degree of freedom fewer than there are sets: sets that tile the time err in opposite directions, since their counts add up to the total.
/// </remarks>
public sealed record TrustCheck
{
    /// <summary>The probability of this much disagreement by chance below which it is not taken for chance.</summary>
    public const double Level = 0.01;

    private TrustCheck()
    {
    }

    /// <summary>What was found.</summary>
    public TrustVerdict Verdict { get; private init; }

    /// <summary>Σ (1-f) z²; 0 where the verdict is unknown.</summary>
    public double ChiSquare { get; private init; }

    /// <summary>Sets compared, less one; 0 where the verdict is unknown.</summary>
    public int DegreesOfFreedom { get; private init; }

    /// <summary>The probability of this chi-square or a greater one by chance; 1 where the verdict is unknown.</summary>
    public double Probability { get; private init; } = 1;

    /// <summary>The set whose estimate lies furthest from the total, in standard errors; null where the verdict is unknown.</summary>
    public int? FurthestSet { get; private init; }

    /// <summary>That set's estimate over the total, less 1.</summary>
    public double Difference { get; private init; }

    /// <summary>Half of that set's 95 % interval over the total: how far it may be off.</summary>
    public double Allowed { get; private init; }

    /// <summary>The finding, in a sentence for people.</summary>
    public string Sentence => Verdict switch
    {
        TrustVerdict.Agrees => $"The sets agree on the reference event: set {FurthestSet} is furthest off, by {Percent(Difference)}, and "
            + $"{Percent(Allowed)} is allowed.",
        TrustVerdict.Disagrees => $"Do not trust the estimates: by the slices of set {FurthestSet} the reference event is off by {Percent(Difference)}, and "
            + $"{Percent(Allowed)} is allowed. The program may keep step with the switching; change the length of the slices.",
        _ => "Whether the sets agree is not known: fewer than two of them have a reference event that counted, with an interval.",
    };

    /// <summary>Compares sets by what each makes of the reference event.</summary>
    /// <param name="references">For each set, in their order, the estimate of the reference's total from that set's slices alone, over the same extent.</param>
    public static TrustCheck Of(IReadOnlyList<Estimate> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        var (counted, active, time) = (0.0, 0.0, 0.0);
        foreach (var one in references)
        {
            counted += one.Counted;
            active += one.TimeCounted;
            time = Math.Max(time, one.Time);
        }

        // Where the sets tile the time this is what was counted, exactly.
        var total = active > 0 ? counted * (time / active) : 0;
        var (chiSquare, compared, furthest, furthestSet) = (0.0, 0, -1.0, 0);
        for (var set = 0; set < references.Count; set++)
        {
            var one = references[set];
            if (one is not { State: CountState.Estimated, StandardError: > 0 and var error })
                continue;

            var distance = Math.Abs(one.Value - total) / error;
            chiSquare += (1 - one.ShareOfTime) * distance * distance;
            compared++;
            if (distance > furthest)
            {
                (furthest, furthestSet) = (distance, set);
            }
        }

        if (compared < 2 || !(total > 0))
            return new TrustCheck();

        var probability = 1 - ChiSquared.CDF(compared - 1, chiSquare);
        return new TrustCheck
        {
            Verdict = probability < Level ? TrustVerdict.Disagrees : TrustVerdict.Agrees,
            ChiSquare = chiSquare,
            DegreesOfFreedom = compared - 1,
            Probability = probability,
            FurthestSet = furthestSet,
            Difference = references[furthestSet].Value / total - 1,
            Allowed = Interval.Normal * references[furthestSet].StandardError!.Value / total,
        };
    }

    /// <summary>The sentence.</summary>
    public override string ToString() => Sentence;

    private static string Percent(double share) => (100 * share).ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture) + " %";
}
