using Perfmon.Diagnostics;
using Perfmon.Registers;

namespace Perfmon.Session;

// The registers: written before or after the attach, read at any time.
internal sealed partial class SessionEngine
{
    /// <summary>
    /// Writes a vector of PMCs, element by element. Where the session is attached the counters are then opened anew under the new
    /// values; if the kernel refuses, the PMCs and the counters stay as they were before the call. Where the new counters cannot be watched or started, for want of descriptors or
    /// memory, the session is detached.
    /// </summary>
    /// <param name="writes">Set, register, value.</param>
    /// <param name="applied">How many elements hold when this returns or throws; the one after them failed.</param>
    public void WritePmcs(ReadOnlySpan<PmcWrite> writes, out int applied)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();

            // What attached counters go on with if the kernel refuses the new values.
            var before = _attachment is null ? null : new Dictionary<SessionSet, ulong[]>();
            PerfmonException? failure = null;
            applied = 0;
            foreach (ref readonly var write in writes)
            {
                failure = CheckPmc(write);
                if (failure is not null)
                {
                    break;
                }

                var set = _sets[write.Set];
                before?.TryAdd(set, set.Registers.Pmcs.ToArray());
                set.Registers.WritePmc(write.Number, write.Value);
                applied++;
            }

            if (applied > 0 && before is not null)
            {
                try
                {
                    Reprogram(before.Keys);
                }
                catch
                {
                    foreach (var (set, values) in before)
                    {
                        set.Registers.RestorePmcs(values);
                    }

                    applied = 0;
                    throw;
                }
            }

            if (failure is not null)
            {
                throw failure;
            }
        }
    }

    /// <summary>
    /// Writes a vector of PMDs, element by element. A PMD that is used for the first time while the session is attached starts to count.
    /// </summary>
    /// <param name="writes">Set, register, value, and the attributes that replace those it has; null keeps them.</param>
    /// <param name="applied">How many elements hold when this returns or throws; the one after them failed.</param>
    public void WritePmds(ReadOnlySpan<PmdWrite> writes, out int applied)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            RefreshAll();
            for (applied = 0; applied < writes.Length; applied++)
            {
                WritePmd(writes[applied]);
            }
        }
    }

    /// <summary>Reads a vector of PMDs: values and last reset values, all of one instant for each kernel group.</summary>
    /// <param name="reads">Set and register; value and last value are filled in.</param>
    /// <param name="applied">How many elements are filled in when this returns or throws; the one after them failed.</param>
    public void ReadPmds(Span<PmdRead> reads, out int applied)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            SessionSet? fresh = null;
            for (applied = 0; applied < reads.Length; applied++)
            {
                ref var read = ref reads[applied];
                var set = Set(read.Set);
                if (set != fresh)
                {
                    Check(Refresh(set));
                    fresh = set;
                }

                CheckPmd(read.Number);
                var register = set.Registers.Pmd(read.Number) ?? throw SessionErrors.PmdNotUsed(read.Number);
                read.Value = register.ValueAt(set.KernelCount(read.Number));
                read.LastValue = register.LastValueAt(set.KernelCount(read.Number));
            }
        }
    }

    /// <summary>Says how the counter of a PMD is called and where it exists; before the attach.</summary>
    public void Label(int pmd, CounterLabel label, ushort set = 0) => Set(set).Label(pmd, label);

    /// <summary>Reads the counts of <paramref name="pmds"/> of a set, without allocation.</summary>
    public void Read(ReadOnlySpan<int> pmds, Span<Count> destination, ushort set = 0)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            var read = Set(set);
            if (read.Books.Count > 0)
            {
                Check(Refresh(read));
            }

            Check(read.Read(pmds, destination));
        }
    }

    /// <summary>Why a PMD is not counted on this machine; null when it is, or nothing is known against it.</summary>
    public PerfmonException? WhyNotCounted(int pmd, ushort set = 0)
    {
        lock (_gate)
        {
            return Set(set).WhyNotCounted(pmd);
        }
    }

    private void WritePmd(in PmdWrite write)
    {
        var set = Set(write.Set);
        CheckPmd(write.Number);
        var named = RegisterMask.Of(write.Number);
        if (write.Attributes is { } attributes)
        {
            named.UnionWith(attributes.SampledPmds);
            named.UnionWith(attributes.ResetPmds);
            if (!named.IsSubsetOf(_availablePmds))
            {
                throw SessionErrors.MaskNotAvailable(write.Number);
            }
        }

        var ended = set.IsEndedBy(write.Number);
        Use(set, named, write);
        set.WritePmd(write);
        if (set == Active)
        {
            _maskedPmds.Remove(write.Number);
        }

        if (_started && !_isMasked && set == Active)
        {
            Rearm(set);
        }

        if (_attachment is not null && set == Active && (ended || set.IsEndedBy(write.Number)))
        {
            Check(set.Arm());
        }
    }

    private void RefreshAll()
    {
        foreach (var set in _sets.Values)
        {
            Check(Refresh(set));
        }
    }

    // Makes the counters of sets those of their registers as they stand.
    private void Reprogram(IReadOnlyCollection<SessionSet> sets) => Install(sets, OpenAnew(sets));

    // Opens the counters of sets anew under the registers as they stand, beside the present ones, which stand still and go only when that has worked.
    private SetCounters[] OpenAnew(IReadOnlyCollection<SessionSet> sets)
    {
        var plans = sets.Select(Plan).ToList();
        try
        {
            Halt(sets);
            foreach (var set in sets)
            {
                Settle(set);
            }

            // An overflow may have made another of them active.
            Halt(sets);
            foreach (var set in sets)
            {
                Check(set.Refresh());
            }

            return _attachment!.Reopen(plans);
        }
        catch
        {
            if (IsCountingOne(sets))
            {
                Check(Active!.Counters!.Enable());
            }

            throw;
        }
    }

    // Counts go on with the new counters. The old ones are gone: where that fails, the session is detached, as by an attach that fails.
    private void Install(IReadOnlyCollection<SessionSet> sets, SetCounters[] opened)
    {
        var attachment = _attachment!;
        Close(sets.SelectMany(set => set.Books));
        UnwatchOverflows();
        var watchesAnew = sets.Any(set => set.Counters!.Triggers.Count > 0);
        foreach (var (set, counters) in sets.Zip(opened))
        {
            var old = set.Counters!;
            Cut(set);
            set.Fold();
            attachment.Replace(old, counters);
            set.Use(counters, _kernel);
            set.Books.BeginTurn();
        }

        try
        {
            WatchOverflows(attachment);
            _journal = SwitchJournal.TryCreate(_kernel, _turns);
            Notice = attachment.Notice;
            if (watchesAnew || sets.Any(set => set.Counters!.Triggers.Count > 0))
            {
                _driver!.Detach();
                _driver.Attach(this, attachment, _turns);
            }

            if (IsCountingOne(sets))
            {
                _turnBegan = Active!.ActiveTime;
                Check(Active.Arm());
                CountOn(Active);
                _driver?.Begin(StartOf(Active));
            }
        }
        catch
        {
            Unload();
            throw;
        }
    }

    private bool IsCountingOne(IReadOnlyCollection<SessionSet> sets) => _started && !_isMasked && sets.Contains(Active);

    private void Halt(IReadOnlyCollection<SessionSet> sets)
    {
        if (IsCountingOne(sets))
        {
            Check(Active!.Counters!.Disable());
        }
    }

    // PMDs that are used for the first time while the session is attached start to count, or all stay unused. One that begins or ceases to end the
    // set's turn is opened anew.
    private void Use(SessionSet set, in RegisterMask pmds, in PmdWrite write)
    {
        var registers = set.Registers;
        var before = registers.UsedPmds;
        var attributes = registers.Pmd(write.Number)?.Attributes;
        var opensAnew = (set.IsEndedBy(write.Number), set.TellsOverflows(write.Number, _format is not null));
        var countMore = false;
        foreach (var pmd in pmds)
        {
            _ = registers.UsePmd(pmd);
            countMore |= !before.Contains(pmd) && registers.Decode(pmd).IsEnabled;
        }

        registers.Pmd(write.Number)!.Attributes = write.Attributes ?? attributes;
        if (_attachment is null || !(countMore || opensAnew != (set.IsEndedBy(write.Number), set.TellsOverflows(write.Number, _format is not null))))
        {
            return;
        }

        try
        {
            Reprogram([set]);
        }
        catch
        {
            registers.Pmd(write.Number)!.Attributes = attributes;
            registers.UseOnly(before);
            throw;
        }
    }

    private PerfmonException? CheckPmc(in PmcWrite write) =>
        !_sets.ContainsKey(write.Set) ? SessionErrors.UnknownSet(write.Set)
        : !_availablePmcs.Contains(write.Number) ? SessionErrors.NotAvailable("PMC", write.Number, Map.ModelName)
        : null;

    private void CheckPmd(int number)
    {
        if (!_availablePmds.Contains(number))
        {
            throw SessionErrors.NotAvailable("PMD", number, Map.ModelName);
        }
    }
}

/// <summary>One element of a vector of PMCs.</summary>
internal readonly record struct PmcWrite(ushort Set, int Number, ulong Value);

/// <summary>One element of a vector of PMDs to be written.</summary>
internal readonly record struct PmdWrite(ushort Set, int Number, ulong Value, PmdAttributes? Attributes = null);

/// <summary>One element of a vector of PMDs to be read.</summary>
internal record struct PmdRead(ushort Set, int Number)
{
    public ulong Value { get; set; }

    public ulong LastValue { get; set; }
}
