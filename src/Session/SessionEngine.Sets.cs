namespace Perfmon.Session;

// The event sets: kept in the order of their ids, one of them active while the session is attached.
internal sealed partial class SessionEngine
{
    private readonly SortedList<ushort, SessionSet> _sets = [];

    // Set 0, which exists from creation, and which all reads of a session without others are of.
    private readonly SessionSet _first;
    private readonly ISetDriver? _driver;
    private SessionSet? _active;

    /// <summary>The sets' ids, in order.</summary>
    public ushort[] SetIds
    {
        get
        {
            lock (_gate)
            {
                return [.. _sets.Keys];
            }
        }
    }

    /// <summary>Creates a set, or changes when one gives way; its statistics begin anew.</summary>
    public void CreateSet(ushort id, SetSwitching switching)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            ThrowIfAttached();
            if (!_sets.TryGetValue(id, out var set))
            {
                set = new SessionSet(id, Map);
                _sets.Add(id, set);
            }

            set.Define(switching);
        }
    }

    /// <summary>Deletes a set with its registers and counts. Set 0 stays.</summary>
    public void DeleteSet(ushort id)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            ThrowIfAttached();
            _ = Set(id);
            if (id == 0)
            {
                throw SessionErrors.FirstSetStays();
            }

            _sets.Remove(id);
        }
    }

    /// <summary>What a set has done so far.</summary>
    public SetStatistics Statistics(ushort id)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            NoticeEnd();
            var set = Set(id);
            Check(set.Refresh());
            return new SetStatistics(set.Runs, set.ActiveTime, set.Switching);
        }
    }

    /// <summary>
    /// Lets the active set give way to the next, if the session still counts. The kernel's time enabled of each set says how long it was
    /// really active, whenever this comes.
    /// </summary>
    /// <returns>Whether it counts.</returns>
    public bool SwitchSet(ISetOrder order)
    {
        lock (_gate)
        {
            NoticeEnd();
            if (_active is not { } outgoing || !_started)
            {
                return false;
            }

            var next = _sets.Values[order.Next(_sets.IndexOfKey(outgoing.Id), _sets.Count)];
            if (next != outgoing)
            {
                Check(outgoing.Counters!.Disable());
                _active = next;
                Check(next.Counters!.Enable());
            }

            next.Runs++;
            _driver?.Begin(next.Switching);
            return true;
        }
    }

    /// <summary>Does something of the driver's own under the session's lock.</summary>
    public void WithLock(Action action)
    {
        lock (_gate)
        {
            action();
        }
    }

    private SessionSet Set(ushort id) =>
        id == 0 ? _first : _sets.TryGetValue(id, out var set) ? set : throw SessionErrors.UnknownSet(id);

    private void ThrowIfAttached()
    {
        NoticeEnd();
        if (_attachment is not null)
        {
            throw SessionErrors.SetsAreFixed();
        }
    }
}

/// <summary>What an event set has done so far.</summary>
/// <param name="Runs">How often it became active.</param>
/// <param name="ActiveTime">For how long it was active, in nanoseconds.</param>
/// <param name="Switching">When it gives way.</param>
internal readonly record struct SetStatistics(ulong Runs, ulong ActiveTime, SetSwitching Switching);
