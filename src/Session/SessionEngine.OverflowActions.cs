using Perfmon.Registers;

namespace Perfmon.Session;

// What is done at one overflow: the sampling format is asked, or the PMDs' attributes say; then messages, freezing, resets, and the end of the set's turn.
internal sealed partial class SessionEngine
{
    private readonly bool _hasMessages;
    private readonly Random _random = new();
    private readonly ulong[] _sampled = new ulong[RegisterSpace.Count];

    private void Handle(SessionSet set, OverflowBook book)
    {
        _overflows = _overflows with { Overflows = _overflows.Overflows + 1 };
        set.OverflowedPmds = book.Pmds;
        var actions = _format is null ? WithoutFormat(set, book.Pmds) : Ask(_format, set, book);
        if ((actions & OverflowActions.Notify) != 0 && !TryNotify(set, book))
        {
            actions |= OverflowActions.Mask;
        }

        var endsTurn = ((set.Switching.Cause == SwitchCause.Overflow && set.Books.CountTurns(book.Pmds)) || (actions & OverflowActions.Switch) != 0) && _driver is not null && _turns.Length > 1;
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
        set.Books.Forget();
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
}
