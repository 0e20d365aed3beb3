namespace Perfmon.Sets.Estimation;

/// <summary>
/// The integral of the rate: in a slice it is what was counted, in a gap it runs straight from the middle of the slice before to the middle of the slice after
/// (the trapezoid rule), before the first slice and after the last it stays theirs. For slices d₁, d₂ with counts c₁, c₂ and a gap G:
/// <c>G (w₁ c₁/d₁ + w₂ c₂/d₂)</c>, w₂ = (G + d₁) / (2G + d₁ + d₂), w₁ = 1 - w₂. Exact for constant rates, and between the first and the last slice for linear
/// ones. It assumes that the rate changes little within a gap; a step errs by half the gap at most. It fails where slices are far shorter than the gaps and the
/// count in them small, and where the program keeps step with the switching.
/// </summary>
public sealed class Trapezoid : IEstimator
{
    private readonly SliceSeries _series = new(Rule, followsReference: false);

    /// <summary>This estimator as a choice.</summary>
    public static EstimatorKind Description { get; } = new("trapezoid", false, "the rate in a gap runs straight between its neighbours", () => new Trapezoid());

    /// <inheritdoc/>
    public EstimatorKind Kind => Description;

    internal static IGapRule Rule { get; } = new StraightLine();

    /// <inheritdoc/>
    public void Add(in Slice slice) => _series.Add(slice);

    /// <inheritdoc/>
    public Estimate Read(in Extent extent) => _series.Read(extent);

    private sealed class StraightLine : IGapRule
    {
        public GapWeights Between(in Neighbour left, in Gap gap, in Neighbour right)
        {
            var distance = right.Middle - left.Middle;
            var towardsRight = distance > 0 ? Math.Clamp((gap.Middle - left.Middle) / distance, 0, 1) : 0.5;
            return new GapWeights((1 - towardsRight) * (gap.Duration / left.Duration), towardsRight * (gap.Duration / right.Duration));
        }
    }
}
