namespace Perfmon.Sets.Estimation;

/// <summary>
/// <c>count · T / A</c>: A is the time in which the event was counted, T all of it. What perf prints, and what <c>Session.Count</c> has when the kernel
/// multiplexes. It takes the mean rate of the slices for the mean rate of the time, which holds when slices are of equal length and spread evenly. It fails
/// at a trend, by the rate's change times the distance between the middle of the slices and of the time; where slices differ in length and the
/// rate with them; and, like every estimator, where the program keeps step with the switching.
/// Its interval is that of <see cref="Trapezoid"/>, with the difference between both as a bias.
/// </summary>
public sealed class ConstantRatio : IEstimator
{
    private readonly SliceSeries _series = new(Trapezoid.Rule, followsReference: false);

    /// <summary>This estimator as a choice.</summary>
    public static EstimatorKind Description { get; } = new("constant-ratio", false, "count * time / time counted, as perf does", () => new ConstantRatio());

    /// <inheritdoc/>
    public EstimatorKind Kind => Description;

    /// <inheritdoc/>
    public void Add(in Slice slice) => _series.Add(slice);

    /// <inheritdoc/>
    public Estimate Read(in Extent extent) => _series.Read(extent, Scale(_series.Counted, extent.Time, _series.TimeCounted));

    // 64 bits times 64 bits: minutes of time and some billions of events already need more than 64.
    private static ulong Scale(ulong counted, ulong time, ulong active) => active == 0 ? 0 : Saturating.From((UInt128)counted * time / active);
}
