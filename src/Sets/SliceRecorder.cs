using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// Takes the slices of a session: to the estimates of all of it, to those of the interval that goes on, and to those that keep them. It has no lock, its session has one.
/// </summary>
internal sealed class SliceRecorder(SliceLog? log, Func<ulong, SetEstimates> estimates) : ISliceSink
{
    public SetEstimates All { get; } = estimates(0);

    /// <summary>The estimates since the last interval began; null where nobody asked for intervals.</summary>
    public SetEstimates? Interval { get; private set; }

    public SliceLog? Log => log;

    public void Add(in SliceCut slice)
    {
        log?.Add(slice);
        All.Add(slice);
        Interval?.Add(slice);
    }

    /// <summary>Begins an interval at <paramref name="start"/> nanoseconds of active time.</summary>
    public void BeginInterval(ulong start) => Interval = estimates(start);
}
