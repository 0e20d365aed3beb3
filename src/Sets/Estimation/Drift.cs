namespace Perfmon.Sets.Estimation;

/// <summary>
/// How many events a gap at an end would have more or less if the rate went on changing there as it does between the two slices next to it, where
/// estimators hold it. Differences between slices do not show this error. It changes straight as far as it was seen to; beyond that it wanders, by the square root of
/// the distance, as a sum of changes that know nothing of each other.
/// </summary>
internal readonly record struct Drift(double Count, double Reference)
{
    /// <summary>The drift of a gap of some nanoseconds beside <paramref name="nearest"/>, on the other side than <paramref name="second"/>.</summary>
    public static Drift Beyond(in Neighbour nearest, in Neighbour second, double gap)
    {
        var distance = Math.Abs(nearest.Middle - second.Middle);
        if (!(distance > 0))
            return default;

        var reach = (gap + nearest.Duration) / 2 / distance;
        var steps = (reach > 1 ? Math.Sqrt(reach) : reach) * gap;
        return new Drift((nearest.Rate - second.Rate) * steps, (nearest.ReferenceRate - second.ReferenceRate) * steps);
    }

    /// <summary>What is left where a slope times the reference's count is in the estimate already.</summary>
    public double Of(double slope) => Count - slope * Reference;
}
