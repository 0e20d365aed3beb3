namespace Perfmon.Sets.Estimation;

/// <summary>
/// Estimates an event's total over all of the time from the slices in which it was counted. It keeps sums and its last two slices: adding a
/// slice allocates nothing, and the memory does not grow with their number. Not safe for use by several threads at a time.
/// </summary>
public interface IEstimator
{
    /// <summary>Which estimator this is.</summary>
    EstimatorKind Kind { get; }

    /// <summary>
    /// Adds the event's next slice. One that begins before the end of the one before is taken to follow it at once.
    /// </summary>
    /// <param name="slice">The slice.</param>
    void Add(in Slice slice);

    /// <summary>The event's total over <paramref name="extent"/>, as far as the slices so far tell. It changes nothing.</summary>
    /// <param name="extent">How far the time and the reference have come; where it ends before the last slice does, it ends there.</param>
    Estimate Read(in Extent extent);
}
