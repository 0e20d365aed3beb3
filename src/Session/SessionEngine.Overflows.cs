using System.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

// Overflows, until and after something is done about them: that is in SessionEngine.OverflowActions. They are taken out of the rings by a thread on the target's CPU, and by every
// operation before it looks at anything, so that none sees the state of before an overflow that has happened.
internal sealed partial class SessionEngine
{
    // A flood of overflows is as endless as its target.
    private const int MostRounds = 8;

    private readonly ISamplingFormat? _format;
    private readonly List<OverflowWatch> _overflowWatches = [];
    private OverflowStatistics _overflows;

    // Between an overflow that masks and the restart: the PMDs that overflowed and were not written since, and whether the set gives way then.
    private bool _isMasked;
    private RegisterMask _maskedPmds;
    private bool _isSwitchDue;

    // Whether a notification waits for its restart.
    private bool _isNotified;

    /// <summary>What is asked at every overflow; null where the session has no sampling format.</summary>
    public ISamplingFormat? Format => _format;

    /// <summary>What has become of the session's overflows.</summary>
    public OverflowStatistics Overflows
    {
        get
        {
            lock (_gate)
            {
                CatchUp();
                if (Active is { } active)
                {
                    _ = TakeOverflows(active);
                }

                return _sets.Values.SelectMany(set => set.Books).Aggregate(_overflows, Add);
            }
        }
    }

    /// <summary>Goes on after a notification: PMDs that overflowed when counting was masked go on from their long reset values.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            if (Active is { } before)
            {
                Check(Refresh(before));
            }

            if (!_isMasked && !_isNotified)
            {
                throw SessionErrors.NothingToRestart(_attachment is not null);
            }

            _isNotified = false;
            _format?.Restart();
            if (_isMasked)
            {
                Unmask(Active!);
            }
        }
    }

    private void Unmask(SessionSet set)
    {
        foreach (var pmd in WithResets(set, _maskedPmds))
        {
            set.WriteAfterRestart(pmd, NextRandom());
        }

        _isMasked = false;
        _maskedPmds = default;
        if (_isSwitchDue)
        {
            _isSwitchDue = false;
            if (_driver is not null)
            {
                Check(set.Refresh());
                _driver.EndTurn(set.OverflowedPmds, due: 0);
                return;
            }
        }

        if (_started)
        {
            CountOn(set);
            _driver?.Begin(StartOf(set));
        }
    }

    // Reads a set's counters as of a moment before which every overflow was acted on.
    private KernelResult Refresh(SessionSet set)
    {
        if (set != Active && Active is { Books.Count: > 0 } active)
        {
            // What overflowed there may have ended its turn.
            _ = Refresh(active);
        }

        var result = set.Refresh();
        for (var round = 0; round < MostRounds && !result.Failed && set == Active && TakeOverflows(set); round++)
        {
            result = set.Refresh();
        }

        return result;
    }

    // Acts on the overflows that wait. Whether there was one.
    private bool TakeOverflows(SessionSet set)
    {
        var any = Drain(set);
        if (any && _started && !_isMasked && set == Active)
        {
            Rearm(set);
        }

        return any;
    }

    private bool Drain(SessionSet set)
    {
        var any = false;
        for (var i = 0; i < set.Books.Count; i++)
        {
            // What is written meanwhile comes next time. A counter that overflows faster than this takes is slowed down only by what follows.
            var end = set.Books[i].Written;
            while (!_isMasked && set == Active && set.Books[i].TryTake(end))
            {
                any = true;
                Handle(set, set.Books[i]);
            }
        }

        return any;
    }

    // The counters of a set are stopped: acts on what overflowed until then.
    private void Settle(SessionSet set)
    {
        if (set.Books.Count > 0 && !_isMasked)
        {
            Check(set.Refresh());
            _ = Drain(set);
        }
    }

    // Tells the kernel of next periods that it would not take by itself, while nothing is counted.
    private void Rearm(SessionSet set)
    {
        if (!set.Books.NeedsArming)
        {
            return;
        }

        var began = Stopwatch.GetTimestamp();
        Check(set.Counters!.Disable());
        Settle(set);
        if (_isMasked || set != Active)
        {
            return;
        }

        CountOn(set);
        _overflows = _overflows with { Rearmings = _overflows.Rearmings + 1, RearmingTime = _overflows.RearmingTime + Stopwatch.GetElapsedTime(began) };
    }

    // Starts counters that stand still, once the kernel has been told when they overflow next.
    private static void CountOn(SessionSet set)
    {
        Check(set.Refresh());
        Check(set.Books.Arm());
        Check(set.Counters!.Enable());
    }

    // Overflows are acted on by the thread of the CPU where the last one was.
    private void WatchOverflows(Attachment attachment)
    {
        if (_sets.Values.All(set => set.Books.Count == 0))
        {
            return;
        }

        var point = attachment.Points[0];
        var cpu = CpuOf(point);
        foreach (var set in _sets.Values)
        {
            foreach (var book in set.Books)
            {
                var watch = new BookWatch(this, set, book);
                _overflowWatches.Add(watch);
                watch.Watch(cpu);
            }
        }
    }

    private void UnwatchOverflows()
    {
        _overflowWatches.ForEach(watch => watch.Dispose());
        _overflowWatches.Clear();
    }

    // The books of counters that are closed.
    private void Close(IEnumerable<OverflowBook> books) => _overflows = books.Aggregate(_overflows, Add);

    private static OverflowStatistics Add(OverflowStatistics sum, OverflowBook book) => sum with
    {
        LatePeriods = sum.LatePeriods + book.Late,
        LongestLateness = Math.Max(sum.LongestLateness, book.LongestLateness),
        Lost = sum.Lost + book.Lost,
        Throttled = sum.Throttled + book.Throttled,
    };

    /// <summary>Where the next overflow of an event there is expected: the point's CPU, or the one that its thread last ran on.</summary>
    internal int CpuOf(AttachPoint point) => point.Cpu >= 0 ? point.Cpu : ProcessThreads.LastCpu(_host.Roots, point.Pid) ?? 0;

    // Takes all of a set's overflows at once, and acts on each then.
    private sealed class BookWatch(SessionEngine session, SessionSet set, OverflowBook book) : OverflowWatch(session, beforeOthers: true)
    {
        protected override int Descriptor => book.Descriptor;

        protected override bool TryAct(out int cpu)
        {
            var any = set == Session.Active && Session.TakeOverflows(set);
            cpu = any ? book.Record.Cpu : 0;
            return any;
        }
    }
}
