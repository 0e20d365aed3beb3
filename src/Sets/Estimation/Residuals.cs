namespace Perfmon.Sets.Estimation;

/// <summary>
/// How far slices lie from what their neighbours foretell, and the variance of a total that follows. With slices and gaps of equal length this is the
/// estimator from second differences with finite-population correction, <c>N² (1-f)/n · Σ(y₋ - 2y + y₊)²/6(n-2)</c> (Wolter, Introduction to Variance
/// Estimation, 2nd edition, 2007, chapter 8; Journal of the American Statistical Association 79, 1984, 781-790), for slices are a systematic sample of the
/// time: what changes slowly from slice to slice, a trend or a phase, is in the estimate and not in its error, and an estimator from the
/// deviations from the mean would take it for error.
/// </summary>
internal struct Residuals
{
    // Var(Σd²) of overlapping second differences over that of independent ones: 1 + 2 ((4/6)² + (1/6)²), for normally distributed slices.
    private const double Overlap = 1.9444;

    private const int FewestForSlope = 3;
    private const double Doubt = 4;

    // The event and its reference are read one after the other, and the time apart from both: what the reference differs by less than this of its count is no sign of anything.
    private const double ReadingError = 0.001;

    private int _terms;
    private double _sum;
    private double _sumOfSquares;
    private double _squares;
    private double _duration;

    private double _count;
    private double _reference;
    private double _countSquares;
    private double _products;
    private double _referenceSquares;
    private double _referenceDoubt;

    /// <summary>
    /// Events that come with one more of the reference than is foretold: the regression b = Σxy/Σx² of the one's residuals on the other's, drawn towards the
    /// ratio of all slices by F / (F + 4), F the square of Student's t of their distance, and by Σx² / (Σx² + Σe²), e a thousandth of each slice's reference. A slope that
    /// chance may have made stays a ratio, and so does that of a reference which always counts what is foretold, as a clock does: of its last digits nothing is learnt.
    /// </summary>
    public readonly double Slope
    {
        get
        {
            var ratio = _reference > 0 ? _count / _reference : 0;
            if (_terms < FewestForSlope || !(_referenceSquares > 0))
                return ratio;

            var slope = _products / _referenceSquares;
            var distance = (slope - ratio) * (slope - ratio) * _referenceSquares;
            var rest = Math.Max(0, _countSquares - slope * _products) / (_terms - 1);
            var certainty = _referenceSquares / (_referenceSquares + _referenceDoubt);
            return distance > 0 ? ratio + (slope - ratio) * certainty * (distance / (distance + Doubt * rest)) : ratio;
        }
    }

    /// <summary>The variance in a nanosecond of what is left of the slices, in events².</summary>
    public readonly double Noise => _duration > 0 ? _squares / _duration : 0;

    /// <summary>
    /// 2 E²/Var of the sum of squares (Satterthwaite), with the variance from the squares' own squares: half of their number where they are normal, and
    /// three where one slice differs from all the others, as with a burst that was seen once.
    /// </summary>
    public readonly double DegreesOfFreedom
    {
        get
        {
            var most = _terms / Overlap;
            var effective = _sumOfSquares > 0 ? 3 * (_squares * (_squares / _sumOfSquares)) / Overlap : most;
            return Math.Max(1, Math.Min(most, effective));
        }
    }

    /// <summary>A slice, for the ratio.</summary>
    public void Observe(in Neighbour slice)
    {
        _count += slice.Count;
        _reference += slice.Reference;
    }

    /// <summary>A slice between two others.</summary>
    /// <param name="left">The slice before it.</param>
    /// <param name="slice">The slice.</param>
    /// <param name="right">The slice after it.</param>
    /// <param name="weights">By which the rule would foretell it from the two.</param>
    /// <param name="weight">How many events of the gaps beside it stand on one of its own.</param>
    /// <param name="followsReference">Whether what is not foretold of the reference foretells of the event.</param>
    public void Add(in Neighbour left, in Neighbour slice, in Neighbour right, in GapWeights weights, double weight, bool followsReference)
    {
        // The difference has the noise of the slice and of its neighbours, and noise adds up with the time.
        var share = 1 / (1 + (weights.Left * weights.Left * left.Duration + weights.Right * weights.Right * right.Duration) / slice.Duration);
        var difference = slice.Count - weights.Left * left.Count - weights.Right * right.Count;
        if (followsReference)
        {
            // The slope is of the slices before, so that it did not learn from what it is tried on.
            var ofReference = slice.Reference - weights.Left * left.Reference - weights.Right * right.Reference;
            var slope = Slope;
            _countSquares += share * difference * difference;
            _products += share * ofReference * difference;
            _referenceSquares += share * ofReference * ofReference;
            _referenceDoubt += share * (ReadingError * slice.Reference) * (ReadingError * slice.Reference);
            difference -= slope * ofReference;
        }

        var square = difference * difference * share;
        _terms++;
        _squares += square;
        _sumOfSquares += square * square;
        _sum += Both(weight) * square;
        _duration += slice.Duration;
    }

    /// <summary>
    /// The variance of the total. Of a slice with weight h, what it stands for errs by h times its own noise, and by the noise of what is there: h² + h, which
    /// for equal slices is (N/n)² (1-f). Each slice's own noise is taken, so that noise where much is filled in weighs more. The first and the last
    /// slice have a neighbour on one side only and take the noise of the others.
    /// </summary>
    public readonly double Variance((double Duration, double Weight) first, (double Duration, double Weight) last) =>
        _sum + Noise * (Both(first.Weight) * first.Duration + Both(last.Weight) * last.Duration);

    private static double Both(double weight) => weight * weight + weight;
}
