using System.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

// What is done at overflows: messages, resets, samples, freezing until a restart. Overflows are taken out of the rings by a thread on the target's CPU, and by every
// operation before it looks at anything, so that none sees the state of before an overflow that has happened.
internal sealed partial class SessionEngine
{
    // A flood of overflows is as endless as its target.
    private const int MostRounds = 8;

    private readonly ISamplingFormat? _format;
    private readonly bool _hasMessages;
    private readonly Random _random = new();
    private readonly ulong[] _sampled = new ulong[RegisterSpace.Count];
    private readonly List<WatchedSignal> _overflowWatches = [];
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
                NoticeEnd();
                if (_active is { } active)
                {
                    _ = TakeOverflows(active);
                }

                return _sets.Values.SelectMany(set => set.Books).Aggregate(_overflows, Add);
            }
        }
    }

    /// <summary>Whether overflows may come yet: the target has not ended. Asked under the session's lock.</summary>
    public bool MayOverflow =>
        _attachment is { } attachment && (attachment.Exit is { } exit
            ? !exit.HasEnded
            : attachment.Points.Any(point => point.Cpu >= 0 || ProcessThreads.Exists(_host.Roots, point.Pid)));

    /// <summary>Goes on after a notification: PMDs that overflowed when counting was masked go on from their long reset values.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            NoticeEnd();
            if (_active is { } before)
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
                Unmask(_active!);
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
            Check(set.Refresh());
            Check(set.ArmOverflows());
            Check(set.Counters!.Enable());
            _driver?.Begin(set);
        }
    }

    // Reads a set's counters as of a moment before which every overflow was acted on.
    private KernelResult Refresh(SessionSet set)
    {
        if (set != _active && _active is { Books.Count: > 0 } active)
        {
            // What overflowed there may have ended its turn.
            _ = Refresh(active);
        }

        var result = set.Refresh();
        for (var round = 0; round < MostRounds && !result.Failed && set == _active && TakeOverflows(set); round++)
        {
            result = set.Refresh();
        }

        return result;
    }

    // Acts on the overflows that wait. Whether there was one.
    private bool TakeOverflows(SessionSet set)
    {
        var any = Drain(set);
        if (any && _started && !_isMasked && set == _active)
        {
            Rearm(set);
        }

        return any;
    }

    private bool Drain(SessionSet set)
    {
        var any = false;
        foreach (var book in set.Books)
        {
            while (!_isMasked && set == _active && book.TryTake())
            {
                any = true;
                Handle(set, book);
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
        if (!set.NeedsArming)
        {
            return;
        }

        var began = Stopwatch.GetTimestamp();
        Check(set.Counters!.Disable());
        Settle(set);
        if (_isMasked || set != _active)
        {
            return;
        }

        Check(set.Refresh());
        Check(set.ArmOverflows());
        Check(set.Counters.Enable());
        _overflows = _overflows with { Rearmings = _overflows.Rearmings + 1, RearmingTime = _overflows.RearmingTime + Stopwatch.GetElapsedTime(began) };
    }

    private void Handle(SessionSet set, OverflowBook book)
    {
        _overflows = _overflows with { Overflows = _overflows.Overflows + 1 };
        set.OverflowedPmds = book.Pmds;
        var actions = _format is null ? WithoutFormat(set, book.Pmds) : Ask(_format, set, book);
        if ((actions & OverflowActions.Notify) != 0 && !TryNotify(set, book))
        {
            actions |= OverflowActions.Mask;
        }

        var endsTurn = (set.CountTurns(book.Pmds) || (actions & OverflowActions.Switch) != 0) && _driver is not null && _turns.Length > 1;
        if ((actions & OverflowActions.Mask) != 0)
        {
            _isSwitchDue = endsTurn;
            Mask(set, book);
            return;
        }

        if ((actions & OverflowActions.Reset) != 0)
        {
            foreach (var pmd in WithResets(set, book.Pmds))
            {
                book.Reset(pmd, set.Registers.Pmd(pmd)?.Attributes?.ResetValue(afterMasking: false, NextRandom()) ?? 0);
            }
        }

        if (endsTurn)
        {
            book.Group.EndAt(book.Record.Read, keepsTold: false);
            _driver!.EndTurn(book.Pmds, book.Record.Time);
        }
    }

    // Freezes the counters at the values they had.
    private void Mask(SessionSet set, OverflowBook book)
    {
        _isMasked = true;
        _maskedPmds = book.Pmds;
        _overflows = _overflows with { Maskings = _overflows.Maskings + 1 };
        _driver?.Stop();
        book.Group.EndAt(book.Record.Read, keepsTold: false);
        Check(set.Counters!.Disable());
        set.ForgetOverflows();
        Check(set.Refresh());
    }

    private static OverflowActions WithoutFormat(SessionSet set, in RegisterMask pmds)
    {
        foreach (var pmd in pmds)
        {
            if (set.Registers.Pmd(pmd)!.Attributes!.Notifies)
            {
                return OverflowActions.Notify | OverflowActions.Mask;
            }
        }

        return OverflowActions.Reset;
    }

    private OverflowActions Ask(ISamplingFormat format, SessionSet set, OverflowBook book)
    {
        var actions = OverflowActions.None;
        var record = book.Record;
        foreach (var pmd in book.Pmds)
        {
            var register = set.Registers.Pmd(pmd)!;
            var count = 0;
            foreach (var sampled in register.Attributes!.SampledPmds)
            {
                _sampled[count++] = book.ValueOf(sampled);
            }

            actions |= format.Handle(new OverflowSample
            {
                Pmd = pmd,
                Set = set.Id,
                LastReset = register.LastValue,
                EventId = register.Attributes.SampleEventId,
                Values = _sampled.AsSpan(0, count),
                Ip = record.Ip,
                ProcessId = record.ProcessId,
                ThreadId = record.ThreadId,
                Cpu = record.Cpu,
                Time = record.Time,
                Notifies = register.Attributes.Notifies,
            });
        }

        return actions;
    }

    // False: the queue is full, and nobody would hear of it.
    private bool TryNotify(SessionSet set, OverflowBook book)
    {
        if (_hasMessages && _messages.IsFull)
        {
            return false;
        }

        _isNotified = true;
        _overflows = _overflows with { Notifications = _overflows.Notifications + 1 };
        if (!_hasMessages)
        {
            _messages.WakeUp();
            return true;
        }

        var record = book.Record;
        _messages.Enqueue(new SessionMessage(SessionMessageKind.Overflow)
        {
            Pmds = book.Pmds,
            Set = set.Id,
            ProcessId = record.ProcessId,
            ThreadId = record.ThreadId,
            Cpu = record.Cpu,
            Ip = record.Ip,
            Time = record.Time,
        });
        return true;
    }

    // The PMDs that overflowed, and those to be reset along.
    private static RegisterMask WithResets(SessionSet set, RegisterMask pmds)
    {
        var all = pmds;
        foreach (var pmd in pmds)
        {
            all.UnionWith(set.Registers.Pmd(pmd)?.Attributes?.ResetPmds ?? default);
        }

        return all;
    }

    private ulong NextRandom()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        _random.NextBytes(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    // Overflows are acted on by the thread of the CPU where the last one was.
    private void WatchOverflows(Attachment attachment)
    {
        if (_sets.Values.All(set => set.Books.Count == 0))
        {
            return;
        }

        var point = attachment.Points[0];
        var cpu = point.Cpu >= 0 ? point.Cpu : ProcessThreads.LastCpu(_host.Roots, point.Pid) ?? 0;
        foreach (var set in _sets.Values)
        {
            foreach (var book in set.Books)
            {
                _overflowWatches.Add(new WatchedSignal(
                    this,
                    book.Descriptor,
                    (out Overflow overflow) => TryAct(set, book, out overflow),
                    _ => { },
                    cpu,
                    beforeOthers: true));
            }
        }
    }

    private bool TryAct(SessionSet set, OverflowBook book, out Overflow overflow)
    {
        var any = set == _active && TakeOverflows(set);
        overflow = any ? new Overflow(book.Record.Cpu, book.Record.Time) : default;
        return any;
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
}
