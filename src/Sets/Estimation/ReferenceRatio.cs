namespace Perfmon.Sets.Estimation;

/// <summary>
/// Follows a reference event that every set has, such as instructions, so that what it counted in each gap is known: the straight line of
/// <see cref="Trapezoid"/>, plus a slope for each event by which the reference's count in the gap differs from its own straight line,
/// <c>Y = C + L(c) + b (R - r - L(r))</c>: C and r counted in the slices, R the reference's total, L what the line puts into the gaps.
/// This is the regression estimator of survey sampling (Cochran, Sampling Techniques, 3rd edition, 1977, chapter 7) on local differences. b is the ratio Σc/Σr
/// until the slices tell another slope with more certainty than chance has: of an event that keeps to the reference it is the ratio estimator,
/// <c>R Σc/Σr</c>, of one that does not it is the trapezoid. Nothing is divided by one slice's reference, so a slice in which it counted 0 is like any other; where it
/// counted 0 in all of them, b is 0 and this is <see cref="Trapezoid"/>.
/// </summary>
/// <remarks>
/// In phases the reference tells more: at a step from one phase to another, how its count in the gap lies between the rates on both sides says where in
/// the gap the step is, even if the event changes by another factor. That rule is applied beside the straight line, and read where it
/// foretells slices from their neighbours clearly better. It alone would be biased for a program that changes from slice to slice, which the line is not.
/// It assumes that what the reference does in gaps goes with the event as it does in slices. It fails where the slope differs from one phase to another, by what
/// the line alone would err; the interval has both. It needs some ten slices before a slope that is not the ratio is believed.
/// </remarks>
public sealed class ReferenceRatio : IEstimator
{
    // The rules are equal but for chance where there are no phases, and there the line is the safer one.
    private const double ClearlyBetter = 0.5;

    private readonly SliceSeries _line = new(Trapezoid.Rule, followsReference: true);
    private readonly SliceSeries _steps = new(new StepAtReference(), followsReference: true);

    /// <summary>This estimator as a choice.</summary>
    public static EstimatorKind Description { get; } = new(
        "reference-ratio", true, "follows an event that every set counts, in each gap", () => new ReferenceRatio());

    /// <inheritdoc/>
    public EstimatorKind Kind => Description;

    /// <inheritdoc/>
    public void Add(in Slice slice)
    {
        _line.Add(slice);
        _steps.Add(slice);
    }

    /// <inheritdoc/>
    public Estimate Read(in Extent extent) => (_steps.Misfit < ClearlyBetter * _line.Misfit ? _steps : _line).Read(extent);

    /// <summary>
    /// One step in the gap, from the rates of the slice before to those of the slice after: at the share of the gap at which the reference's rates r₁, r₂ add up to
    /// its count R in the gap G, (R/G - r₁) / (r₂ - r₁).
    /// </summary>
    private sealed class StepAtReference : IGapRule
    {
        // A reference's rate that differs by a tenth may differ by itself as well as by a step; beyond, it is trusted more and more.
        private const double Blur = 0.1;

        public GapWeights Between(in Neighbour left, in Gap gap, in Neighbour right)
        {
            var line = Trapezoid.Rule.Between(left, gap, right);
            var change = right.ReferenceRate - left.ReferenceRate;
            if (gap.Duration <= 0 || change == 0)
                return line;

            var share = Math.Clamp((gap.Reference / gap.Duration - left.ReferenceRate) / change, 0, 1);
            var greater = Math.Max(left.ReferenceRate, right.ReferenceRate);
            var chance = Blur * Blur * greater * greater + left.ReferenceRate / left.Duration + right.ReferenceRate / right.Duration;
            var trust = change * change / (change * change + chance);
            return new GapWeights(
                trust * (1 - share) * (gap.Duration / left.Duration) + (1 - trust) * line.Left,
                trust * share * (gap.Duration / right.Duration) + (1 - trust) * line.Right);
        }
    }
}
