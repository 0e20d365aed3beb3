using System.Diagnostics.Metrics;

namespace Perfmon.Instruments;

/// <summary>
/// A session as it is collected: read once for all instruments of a collection. Meters do not tell when a collection begins; but it asks each instrument once, in one
/// thread, without delay. So a reading serves every instrument once, only the thread that it was made for, and only for a moment.
/// </summary>
internal sealed class CollectedSession(SessionSource source, IReadOnlyList<EventSeries> series, TimeProvider time)
{
    // Longer than a collection takes, and too short to be missed in what is collected each second. A collection that was held up reads twice.
    private static readonly TimeSpan s_validity = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Session.Target? _target = source.Session.Target;
    private readonly HashSet<object> _served = [];
    private int _thread;
    private long _readAt;
    private bool _isOver;

    public SessionSource Source => source;

    /// <summary>What an instrument tells: nothing once publishing is over, and nothing of a session that was attached to another target.</summary>
    /// <param name="instrument">Which one; anything that is its own.</param>
    /// <param name="tell">Adds its measurements, with the session's reading at rest.</param>
    public IEnumerable<Measurement<T>> Collect<T>(object instrument, Action<List<Measurement<T>>> tell)
        where T : struct
    {
        var measurements = new List<Measurement<T>>();
        lock (_gate)
        {
            if (!_isOver && TryRefresh(instrument))
            {
                tell(measurements);
            }
        }

        return measurements;
    }

    /// <summary>No instrument tells anything any more, when this returns.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
        }
    }

    private bool TryRefresh(object instrument)
    {
        if (!ReferenceEquals(source.Session.Target, _target))
        {
            return false;
        }

        if (_thread == Environment.CurrentManagedThreadId && time.GetElapsedTime(_readAt) < s_validity && _served.Add(instrument))
        {
            return true;
        }

        // Until it has been read anew nothing is served.
        _thread = 0;
        try
        {
            source.Read();
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        for (var i = 0; i < series.Count; i++)
        {
            series[i].Take(source, i);
        }

        _served.Clear();
        _served.Add(instrument);
        _readAt = time.GetTimestamp();
        _thread = Environment.CurrentManagedThreadId;
        return true;
    }
}
