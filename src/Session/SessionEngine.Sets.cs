using System.Runtime.CompilerServices;
using Perfmon.Diagnostics;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

// The event sets: kept in the order of their ids, one of them active while the session is attached.
internal sealed partial class SessionEngine
{
    private readonly SortedList<ushort, SessionSet> _sets = [];

    // Set 0, which exists from creation, and which all reads of a session without others are of.
    private readonly SessionSet _first;
    private readonly ISetDriver? _driver;
    private readonly ISliceSink? _slices;

    // The sets in order, as of the attach, and the active one's place, -1 while there is none: a switch has them at hand.
    private SessionSet[] _turns = [];
    private int _place = -1;

    // What the last switches read; null where a switch does more than that.
    private SwitchJournal? _journal;

    // The active set's time when its turn began, the active time of all slices that have ended, and how switching goes.
    private ulong _turnBegan;
    private bool _hasTurnBegun;
    private ulong _lastTurn;
    private ulong _activeTime;
    private SwitchStatistics _switching;
    private PerfmonException? _switchFailure;

    // The set that counts; null while the session is not attached.
    private SessionSet? Active => _place < 0 ? null : _turns[_place];

    private bool Switches => _place >= 0 && _switchFailure is null;

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
            CatchUp();
            var set = Set(id);
            TellSlices();
            Check(Refresh(set));
            var used = set == Active ? set.ActiveTime - _turnBegan : 0;
            return new SetStatistics(
                set.Runs, set.ActiveTime, set.Switching.Timeout - Math.Min(used, set.Switching.Timeout), set.Switching, set.OverflowedPmds);
        }
    }

    /// <summary>How switching has gone since the session was created.</summary>
    public SwitchStatistics Switching
    {
        get
        {
            lock (_gate)
            {
                return _switching;
            }
        }
    }

    /// <summary>How long the last turn that is over was, in nanoseconds of active time. Read under the session's lock.</summary>
    public ulong LastTurn => _lastTurn;

    /// <summary>Why sets switch no more, though the session goes on; null when all is well.</summary>
    public PerfmonException? SwitchFailure
    {
        get
        {
            lock (_gate)
            {
                return _switchFailure;
            }
        }
    }

    /// <summary>
    /// Lets the active set give way to the next. The kernel's time enabled of each says how long it was really active, whenever this comes. Called under the session's lock.
    /// </summary>
    /// <param name="order">Which is next.</param>
    /// <param name="due">When the turn was over, in nanoseconds of the monotonic clock; 0 where that is not known.</param>
    /// <returns>Whether the session is still attached, and switches.</returns>
    public bool SwitchSet(ISetOrder order, ulong due = 0)
    {
        // Masked counters stand still, and with them the time of their set.
        if (_isMasked)
        {
            return true;
        }

        // The target's end is not asked for: a switch of its counters does nothing then, and the next call from outside notices.
        return Switches && (_journal is { } journal && _started ? SwitchByJournal(journal, order, due) : SwitchByReading(order, due));
    }

    /// <summary>The same where overflows of PMDs ended the turn.</summary>
    public bool SwitchSet(ISetOrder order, in RegisterMask overflowed, ulong due)
    {
        if (!_isMasked && Switches && !overflowed.IsEmpty)
        {
            _turns[_place].OverflowedPmds = overflowed;
        }

        return SwitchSet(order, due);
    }

    private bool SwitchByReading(ISetOrder order, ulong due)
    {
        var outgoing = _turns[_place];
        var hasEnded = outgoing.Books.HasEnded;
        var result = _started ? outgoing.Counters!.Disable() : KernelResult.Success;
        var read = outgoing.Refresh();
        if (hasEnded)
        {
            outgoing.Books.Forget();
        }
        else
        {
            // What overflowed before the stop may mask, or end the turn itself.
            Settle(outgoing);
            if (_isMasked || Active != outgoing)
            {
                return true;
            }
        }

        Cut(outgoing);
        _lastTurn = outgoing.ActiveTime - _turnBegan;
        var next = BeginTurn(Next(order));
        var armed = next.Arm();
        armed = armed.Failed || next.Books.Count == 0 ? armed : FirstFailure(next.Refresh(), next.Books.Arm()) ?? armed;
        var enabled = _started ? next.Counters!.Enable() : KernelResult.Success;
        var turn = StartOf(next);
        _switching.Add(due, turn.Now);
        if (FirstFailure(result, read, armed, enabled) is { } failure)
        {
            FailSwitching(SessionErrors.SwitchFailed(outgoing.Id, next.Id, failure));
            return false;
        }

        _journal?.Take();
        if (_started)
        {
            _driver?.Begin(turn);
        }

        return true;
    }

    // The same for sets that only give way to each other. A method of its own, outside of any try: inside, calls of the kernel cannot be inlined.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool SwitchByJournal(SwitchJournal journal, ISetOrder order, ulong due)
    {
        var stopped = journal.Stop(_place);
        var isKept = journal.TryKeep(_place);
        var read = KernelResult.Success;
        if (!isKept)
        {
            read = _turns[_place].Refresh();
            Cut(_turns[_place]);
            journal.Take();
        }

        var outgoing = _place;
        _place = order.Next(outgoing, journal.Sets);
        _lastTurn = journal.ActiveTime(outgoing) - _turnBegan;
        _turnBegan = journal.ActiveTime(_place);
        var started = journal.Start(_place, out var turn);
        _switching.Add(due, turn.Now);
        if (isKept)
        {
            journal.End(turn.Now);
        }

        if (stopped.Failed || read.Failed || started.Failed)
        {
            FailSwitching(SessionErrors.SwitchFailed(_turns[outgoing].Id, turn.Set.Id, FirstFailure(stopped, read, started)!.Value));
            return false;
        }

        _driver?.Begin(turn);
        if (journal.IsFull)
        {
            TellSlices();
        }

        return true;
    }

    /// <summary>Tells the sink of all slices that have ended, and the sets of their turns. Called under the session's lock.</summary>
    public void TellSlices()
    {
        if (_journal is not { } journal)
        {
            return;
        }

        for (var i = 0; i < journal.Count; i++)
        {
            var set = _turns[journal.Turn(i, out var enabled, out var ended, out var words)];
            _activeTime += set.Cut(_slices, _activeTime, ended, enabled, words);
        }

        journal.Clear();
    }

    // The active set's turn as of its last reading.
    private TurnStart StartOf(SessionSet active) => new(active, active.Switching, active.ActiveTime - _turnBegan, _kernel.MonotonicTime);

    /// <summary>Sets switch no more; the session goes on, and says so.</summary>
    public void FailSwitching(PerfmonException why)
    {
        lock (_gate)
        {
            _switchFailure = why;
            Notice = why.Message;
        }
    }

    /// <summary>
    /// Reads how far the active set's turn has come; what it has counted ends a slice no sooner. The target's end is left to the next call from outside: to close the last event of a
    /// tracepoint takes some 40 ms, and who looks at turns looks at those of other sessions too.
    /// </summary>
    /// <param name="set">The active set.</param>
    /// <param name="time">Its active time in this turn, in nanoseconds.</param>
    /// <returns>Whether the session is attached, started and could be read, and its target goes on.</returns>
    public bool TryReadTurn(out SessionSet? set, out ulong time)
    {
        lock (_gate)
        {
            set = _started && _attachment?.Exit is not { HasEnded: true } ? Active : null;
            time = 0;
            if (set is null || Refresh(set).Failed)
            {
                return false;
            }

            time = set.ActiveTime - _turnBegan;
            return true;
        }
    }

    /// <summary>Ends the active set's slice here, and begins another of the same turn: all that was counted is in slices then.</summary>
    /// <returns>The active time of all slices so far, in nanoseconds.</returns>
    public ulong CutSlice()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            if (Active is { } active)
            {
                Check(Refresh(active));
                Cut(active);
            }

            return _activeTime;
        }
    }

    // A driver that keeps turns has them begin where sets give way, and the first one here.
    private void ResumeTurn(ISetDriver driver, SessionSet active)
    {
        Check(active.Refresh());
        if (!driver.KeepsTurns || !_hasTurnBegun)
        {
            _hasTurnBegun = true;
            _turnBegan = active.ActiveTime;
            Check(active.Arm());
        }
        else if (!_started && _turns.Length > 1 && active.Switching.Cause == SwitchCause.Time && active.ActiveTime - _turnBegan >= active.Switching.Timeout)
        {
            // It was over as the session was stopped.
            driver.EndTurn(default, due: 0);
        }
    }

    // A set of which the machine lacks every event has no turns. The one that is active has counters, so that one is found.
    private int Next(ISetOrder order)
    {
        var place = _place;
        do
        {
            place = order.Next(place, _turns.Length);
        }
        while (_turns[place].Counters!.IsAllSkipped);

        return place;
    }

    private SessionSet BeginTurn(int place)
    {
        _place = place;
        var active = _turns[place];
        active.Runs++;
        _turnBegan = active.ActiveTime;
        active.Books.BeginTurn();
        return active;
    }

    // Ends the slice of a set that was read just now.
    private void Cut(SessionSet set)
    {
        TellSlices();
        _activeTime += set.Cut(_slices, _activeTime, _kernel.MonotonicTime);
    }

    private static KernelResult? FirstFailure(params ReadOnlySpan<KernelResult> results)
    {
        foreach (var result in results)
        {
            if (result.Failed)
            {
                return result;
            }
        }

        return null;
    }

    private SessionSet Set(ushort id) =>
        id == 0 ? _first : _sets.TryGetValue(id, out var set) ? set : throw SessionErrors.UnknownSet(id);

    private void ThrowIfAttached()
    {
        CatchUp();
        if (_attachment is not null)
        {
            throw SessionErrors.SetsAreFixed();
        }
    }
}

/// <summary>What an event set has done so far.</summary>
/// <param name="Runs">How often it became active.</param>
/// <param name="ActiveTime">For how long it was active, in nanoseconds.</param>
/// <param name="TimeLeft">By time: what is left of its turn, or all of a turn while it is not active, in nanoseconds.</param>
/// <param name="Switching">When it gives way.</param>
/// <param name="OverflowedPmds">The PMDs whose overflows last ended its turn.</param>
internal readonly record struct SetStatistics(
    ulong Runs, ulong ActiveTime, ulong TimeLeft, SetSwitching Switching, RegisterMask OverflowedPmds);
