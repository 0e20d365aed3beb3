using Perfmon.Sets;
using Perfmon.Sets.Estimation;

namespace Perfmon.Tests.Sets.Experiments;

/// <summary>The slices of a session that has stopped, and what any estimator makes of them: so that all are compared on the same run.</summary>
internal static class SliceReplay
{
    /// <summary>Takes all slices that were not read yet.</summary>
    public static List<EventSetSlice> Take(EventSetSession session)
    {
        var slices = new List<EventSetSlice>();
        while (session.TryReadSlice(out var slice))
        {
            slices.Add(slice!);
        }

        return slices;
    }

    /// <summary>The total of an event of one set.</summary>
    /// <param name="kind">What estimates.</param>
    /// <param name="slices">All slices of all sets.</param>
    /// <param name="set">The set that has the event.</param>
    /// <param name="index">The event's place there.</param>
    /// <param name="reference">The reference's place, the same in all sets.</param>
    public static Estimate Estimate(EstimatorKind kind, List<EventSetSlice> slices, int set, int index, int reference)
    {
        var estimator = kind.Create();
        var total = 0UL;
        foreach (var slice in slices)
        {
            var counted = slice.Counts[reference].Value;
            if (slice.Set == set)
            {
                estimator.Add(new Slice(slice.Start, slice.Duration, slice.Counts[index].Value, total, counted));
            }

            total += counted;
        }

        return estimator.Read(new Extent(slices[^1].Start + slices[^1].Duration, total));
    }
}
