using Perfmon.Events;
using Perfmon.Session;
using Perfmon.Sets.Estimation;

namespace Perfmon.Sets;

/// <summary>
/// Makes totals of slices: an estimator for each event, which the slices of every set that has the event feed, and one for the reference in each set alone, by which
/// <see cref="TrustCheck"/> compares them. It has no lock, its session has one.
/// </summary>
internal sealed class SetEstimates
{
    private readonly EstimatorKind _kind;
    private readonly IEstimator[] _estimators;

    // Of each set: its events' estimators, and where the reference is among its events, -1 where it is not.
    private readonly int[][] _places;
    private readonly int[] _references;
    private readonly Trapezoid[] _ofReference;
    private readonly bool[] _hadTurn;

    private readonly ulong _start;
    private ulong _referenceTotal;

    /// <param name="sets">The events of each set.</param>
    /// <param name="reference">The event that all sets have; null for none.</param>
    /// <param name="kind">What estimates.</param>
    /// <param name="start">Where the first slice begins, in nanoseconds of active time.</param>
    public SetEstimates(IReadOnlyList<IReadOnlyList<EventRequest>> sets, EventRequest? reference, EstimatorKind kind, ulong start = 0)
    {
        _kind = kind;
        _start = start;
        var known = new List<EventRequest>();
        _places = [.. sets.Select(events => events.Select(one => Place(known, one)).ToArray())];
        _estimators = [.. known.Select(_ => kind.Create())];
        _references = [.. sets.Select(events => reference is null ? -1 : events.ToList().FindIndex(one => IsSame(one, reference)))];
        _ofReference = [.. sets.Select(_ => new Trapezoid())];
        _hadTurn = new bool[sets.Count];
    }

    /// <summary>Whether two requests are of one event.</summary>
    public static bool IsSame(EventRequest one, EventRequest other) => one.Selection == other.Selection && one.Text == other.Text;

    /// <summary>For how much of a slice of <paramref name="duration"/> an event was counted that needs counters which others may hold.</summary>
    public static ulong TimeCounted(in CountTotal count, ulong duration) =>
        count.TimeRunning == 0 ? 0
        : count.TimeRunning >= count.TimeEnabled ? duration
        : (ulong)((UInt128)duration * count.TimeRunning / count.TimeEnabled);

    public void Add(in SliceCut cut)
    {
        var reference = _references[cut.Set];
        var counted = reference >= 0 && cut.Counts[reference].TimeRunning > 0 ? cut.Counts[reference].Raw : 0;
        var places = _places[cut.Set];
        _hadTurn[cut.Set] = true;
        for (var i = 0; i < places.Length; i++)
        {
            // An event that a set has twice is counted twice, and estimated once.
            var duration = TimeCounted(cut.Counts[i], cut.Duration);
            if (duration > 0 && places.AsSpan(0, i).IndexOf(places[i]) < 0)
            {
                var slice = new Slice(cut.Start - _start, duration, cut.Counts[i].Raw, _referenceTotal, counted);
                _estimators[places[i]].Add(slice);
                if (i == reference)
                {
                    _ofReference[cut.Set].Add(slice);
                }
            }
        }

        _referenceTotal += counted;
    }

    /// <summary>Whether a set was active at all.</summary>
    public bool HadTurn(int set) => _hadTurn[set];

    /// <summary>An event's total.</summary>
    /// <param name="set">A set that has it.</param>
    /// <param name="index">Its place there.</param>
    /// <param name="end">Where the last slice ended, in nanoseconds of active time.</param>
    public Estimate Read(int set, int index, ulong end) => _estimators[_places[set][index]].Read(new Extent(end - _start, _referenceTotal));

    /// <summary>What was estimated, as an interval.</summary>
    public CountInterval? IntervalOf(in Estimate estimate) => estimate.State == CountState.Estimated
        ? new CountInterval(estimate.Low, estimate.High, estimate.StandardError, _kind.Name)
        : null;

    /// <summary>Whether the sets agree on the reference.</summary>
    public TrustCheck Check(ulong end) => TrustCheck.Of([.. _ofReference.Select(one => one.Read(new Extent(end - _start)))]);

    private static int Place(List<EventRequest> known, EventRequest request)
    {
        var place = known.FindIndex(one => IsSame(one, request));
        if (place < 0)
        {
            place = known.Count;
            known.Add(request);
        }

        return place;
    }
}
