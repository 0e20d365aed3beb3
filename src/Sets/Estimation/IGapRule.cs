namespace Perfmon.Sets.Estimation;

/// <summary>A piece of time in which an event was not counted; or a slice whose count is compared with what its neighbours would say.</summary>
/// <param name="Middle">Its middle, in nanoseconds of active time.</param>
/// <param name="Duration">Nanoseconds.</param>
/// <param name="Reference">What the reference event counted in it.</param>
internal readonly record struct Gap(double Middle, double Duration, double Reference);

/// <summary>How many events in a gap stand on one in the slice before it, and on one in the slice after it.</summary>
internal readonly record struct GapWeights(double Left, double Right);

/// <summary>How an estimator fills the gap between two slices.</summary>
internal interface IGapRule
{
    GapWeights Between(in Neighbour left, in Gap gap, in Neighbour right);
}
