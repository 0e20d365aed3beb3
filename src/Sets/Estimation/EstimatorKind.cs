namespace Perfmon.Sets.Estimation;

/// <summary>An estimator as a thing to choose, one for each class.</summary>
/// <param name="Name">Its name, in options and reports.</param>
/// <param name="UsesReference">Whether it is better for a reference event in every set. Without one it still estimates, by time alone.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Create">A new one, for one event.</param>
public sealed record EstimatorKind(string Name, bool UsesReference, string Summary, Func<IEstimator> Create)
{
    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
