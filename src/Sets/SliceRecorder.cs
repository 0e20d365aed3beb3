using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// Takes the slices of a session as they end: to the estimates of all of it, to those of the interval that goes on, and to those that keep them. It has no lock, its
/// session has one.
/// </summary>
internal sealed class SliceRecorder(SliceLog? log, int mostCounters, Func<ulong, SetEstimates> estimates) : ISliceSink
{
    // A switch finds its caches full of what the target does. What estimates is fetched once for many slices, not for each.
    private readonly PendingSlices _pending = new(capacity: 16, mostCounters);
    private readonly SetEstimates _all = estimates(0);
    private SetEstimates? _interval;

    public SetEstimates All
    {
        get
        {
            Digest();
            return _all;
        }
    }

    /// <summary>The estimates since the last interval began; null where nobody asked for intervals.</summary>
    public SetEstimates? Interval
    {
        get
        {
            Digest();
            return _interval;
        }
    }

    public SliceLog? Log => log;

    public void Add(in SliceCut slice)
    {
        log?.Add(slice);
        if (!_pending.TryAdd(slice))
        {
            Digest();
            _ = _pending.TryAdd(slice);
        }
    }

    /// <summary>Begins an interval at <paramref name="start"/> nanoseconds of active time.</summary>
    public void BeginInterval(ulong start)
    {
        Digest();
        _interval = estimates(start);
    }

    private void Digest()
    {
        for (var i = 0; i < _pending.Count; i++)
        {
            var slice = _pending[i];
            _all.Add(slice);
            _interval?.Add(slice);
        }

        _pending.Clear();
    }
}
