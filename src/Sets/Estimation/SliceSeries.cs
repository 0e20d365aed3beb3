using Perfmon.Session;

namespace Perfmon.Sets.Estimation;

/// <summary>
/// The slices of one event, summed up as they come: what was counted, what a rule puts into the gaps, and how well the rule would have foretold
/// each slice from its neighbours. Three slices at a time are known, the last two and the next. Slices with nothing between them, as a reading or a stop in the
/// middle of a turn leaves, are one: two halves of a turn are no two looks at the program.
/// </summary>
/// <param name="rule">How gaps between slices are filled. At either end the one slice's rate is held.</param>
/// <param name="followsReference">
/// Whether the reference's count in a gap, beyond what the rule foretells of it, adds to the event's by <see cref="Residuals.Slope"/>.
/// </param>
internal sealed class SliceSeries(IGapRule rule, bool followsReference)
{
    // A slice much shorter than usual has a rate that is mostly noise, and would stand for the gaps beside it. It is counted, and the gap goes on.
    private const double ShortestShare = 0.25;
    private const double Forgetting = 0.125;

    // What the next slice may adjoin; it has no place among the others yet.
    private Slice _open;
    private bool _isOpen;

    private UInt128 _counted;
    private UInt128 _active;
    private long _slices;
    private double _usualDuration;

    // Slices that lie inside the gap that is open.
    private ulong _passedTime;
    private ulong _passedReference;

    private Neighbour _beforeLast;
    private Neighbour _last;
    private double _lastWeight;
    private double _firstWeight;
    private double _firstDuration;
    private double _firstGap;
    private Drift _firstDrift;

    // Of the gaps so far: events by the rule, and the reference's events beyond those by the rule.
    private double _filled;
    private double _unforetold;
    private Residuals _residuals;

    public ulong Counted => Saturating.From(_counted);

    public ulong TimeCounted => Saturating.From(_active);

    /// <summary>How far the rule has been off so far, comparable between rules on the same slices.</summary>
    public double Misfit => _residuals.Noise;

    public void Add(in Slice slice)
    {
        _counted += slice.Count;
        _active += slice.Duration;
        if (_isOpen && slice.Duration > 0
            && slice.Start == Saturating.Add(_open.Start, _open.Duration)
            && slice.ReferenceStart == Saturating.Add(_open.ReferenceStart, _open.Reference))
        {
            _open = _open with
            {
                Duration = Saturating.Add(_open.Duration, slice.Duration),
                Count = Saturating.Add(_open.Count, slice.Count),
                Reference = Saturating.Add(_open.Reference, slice.Reference),
            };
            return;
        }

        Close();
        (_open, _isOpen) = (slice, true);
    }

    private void Close()
    {
        if (_isOpen)
        {
            _isOpen = false;
            Take(_open);
        }
    }

    private void Take(in Slice slice)
    {
        if (_slices == 1 && _last.Duration < ShortestShare * slice.Duration)
        {
            ForgetFirst();
        }

        if (IsTooShort(slice.Duration))
        {
            _passedTime = Saturating.Add(_passedTime, slice.Duration);
            _passedReference = Saturating.Add(_passedReference, slice.Reference);
            return;
        }

        var next = new Neighbour(slice, _last.End, _last.ReferenceEnd);
        var gap = GapUntil(next.Start, next.ReferenceStart);
        _residuals.Observe(next);
        if (_slices == 0)
        {
            _firstGap = gap.Duration;
            _lastWeight = gap.Duration / next.Duration;
            Fill(gap, next, _lastWeight);
        }
        else
        {
            var weights = rule.Between(_last, gap, next);
            Fill(gap, _last, weights.Left);
            Fill(gap with { Reference = 0 }, next, weights.Right);
            _lastWeight += weights.Left;
            Compare(next);
            _beforeLast = _last;
            _lastWeight = weights.Right;
        }

        _last = next;
        _passedTime = _passedReference = 0;
        _slices++;
    }

    /// <summary>The total by the rule.</summary>
    /// <param name="extent">Where the last gap ends.</param>
    /// <param name="known">An estimator's own value, whose distance from the rule's is taken as its bias; null for the rule's.</param>
    public Estimate Read(in Extent extent, ulong? known = null)
    {
        if (_isOpen)
        {
            var closed = (SliceSeries)MemberwiseClone();
            closed.Close();
            return closed.Read(extent, known);
        }

        var estimate = new Estimate { Counted = Counted, Slices = _slices, TimeCounted = TimeCounted, Time = extent.Time };
        if (_slices == 0)
            return estimate;

        if (TimeCounted >= extent.Time)
            return estimate with { State = CountState.Counted, Value = Counted, Low = Counted, High = Counted, StandardError = 0 };

        var gap = GapUntil(extent.Time, extent.Reference);
        var endWeight = gap.Duration / _last.Duration;
        var slope = followsReference ? _residuals.Slope : 0;
        var unforetold = _unforetold + gap.Reference - endWeight * _last.Reference;
        var uncounted = Math.Max(0, _filled + endWeight * _last.Count + slope * unforetold);
        var value = known ?? Saturating.Add(Counted, Saturating.From(Math.Round(uncounted)));
        estimate = estimate with { State = CountState.Estimated, Value = value };
        if (_slices == 1)
            return estimate;

        var residuals = _residuals;
        if (_slices == 2)
        {
            // There is no slice between two others: the second is compared with the first.
            residuals.Add(_beforeLast, _last, _last, new GapWeights(_last.Duration / _beforeLast.Duration, 0), weight: 0, followsReference);
        }

        var bias = known is { } own ? Counted + uncounted - own : 0;
        var atFirst = _firstDrift.Of(slope);
        var atLast = Drift.Beyond(_last, _beforeLast, gap.Duration).Of(slope);
        var variance = residuals.Variance((_firstDuration, _firstWeight), (_last.Duration, _lastWeight + endWeight));
        return Interval.Around(estimate, variance + bias * bias + atFirst * atFirst + atLast * atLast, residuals.DegreesOfFreedom);
    }

    private bool IsTooShort(ulong duration)
    {
        var isTooShort = duration == 0 || (_slices > 0 && duration < ShortestShare * _usualDuration);
        _usualDuration = _usualDuration == 0 ? duration : _usualDuration + Forgetting * (duration - _usualDuration);
        return isTooShort;
    }

    // What is usual shows with the second slice only: the rest of a turn, after a reading in its middle, is no rate for the gap beside it.
    private void ForgetFirst()
    {
        _passedTime = Saturating.Add(_passedTime, (ulong)_last.Duration);
        _passedReference = Saturating.Add(_passedReference, (ulong)_last.Reference);
        _last = default;
        _slices = 0;
        _usualDuration = 0;
        _filled = _unforetold = 0;
    }

    private Gap GapUntil(ulong end, ulong referenceEnd)
    {
        var whole = Saturating.Subtract(end, _last.End);
        var reference = Saturating.Subtract(Saturating.Subtract(referenceEnd, _last.ReferenceEnd), _passedReference);
        return new Gap(_last.End + whole / 2.0, Saturating.Subtract(whole, _passedTime), reference);
    }

    private void Fill(in Gap gap, in Neighbour neighbour, double weight)
    {
        _filled += weight * neighbour.Count;
        _unforetold += gap.Reference - weight * neighbour.Reference;
    }

    // The last slice has its neighbours and its weight now.
    private void Compare(in Neighbour next)
    {
        if (_slices == 1)
        {
            _firstDuration = _last.Duration;
            _firstWeight = _lastWeight;
            _firstDrift = Drift.Beyond(_last, next, _firstGap);
        }
        else
        {
            var weights = rule.Between(_beforeLast, new Gap(_last.Middle, _last.Duration, _last.Reference), next);
            _residuals.Add(_beforeLast, _last, next, weights, _lastWeight, followsReference);
        }
    }
}
