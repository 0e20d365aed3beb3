using Perfmon.Diagnostics;
using Perfmon.Registers;

namespace Perfmon.Session;

// The registers: written before or after the attach, read at any time.
internal sealed partial class SessionEngine
{
    /// <summary>
    /// Writes a vector of PMCs, element by element. Where the session is attached the counters are then opened anew under the new
    /// values; if the kernel refuses, the PMCs and the counters stay as they were before the call.
    /// </summary>
    /// <param name="writes">Set, register, value.</param>
    /// <param name="applied">How many elements hold when this returns or throws; the one after them failed.</param>
    public void WritePmcs(ReadOnlySpan<PmcWrite> writes, out int applied)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            NoticeEnd();
            Span<ulong> before = stackalloc ulong[RegisterSpace.Count];
            _registers.Pmcs.CopyTo(before);
            PerfmonException? failure = null;
            applied = 0;
            foreach (ref readonly var write in writes)
            {
                failure = CheckPmc(write);
                if (failure is not null)
                {
                    break;
                }

                _registers.WritePmc(write.Number, write.Value);
                applied++;
            }

            if (applied > 0 && _attachment is not null)
            {
                try
                {
                    Reprogram();
                }
                catch
                {
                    _registers.RestorePmcs(before);
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
            NoticeEnd();
            if (_attachment is { } attachment)
            {
                Refresh(attachment.Sets[0]);
            }

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
            NoticeEnd();
            if (_attachment is { } attachment)
            {
                Refresh(attachment.Sets[0]);
            }

            for (applied = 0; applied < reads.Length; applied++)
            {
                ref var read = ref reads[applied];
                CheckSet(read.Set);
                CheckPmd(read.Number);
                var register = _registers.Pmd(read.Number) ?? throw SessionErrors.PmdNotUsed(read.Number);
                read.Value = register.ValueAt(KernelCount(read.Number));
                read.LastValue = register.LastValue;
            }
        }
    }

    /// <summary>Says how the counter of a PMD is called and where it exists; before the attach.</summary>
    public void Label(int pmd, CounterLabel label) => _labels[pmd] = label;

    /// <summary>Reads the counts of <paramref name="pmds"/>, without allocation.</summary>
    public void Read(ReadOnlySpan<int> pmds, Span<Count> destination)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            var counters = _attachment?.Sets[0];
            if (counters is null)
            {
                Collect(null, pmds, destination);
            }
            else if (_isPlain && counters.TryReadAtOnce(pmds, destination, out var result))
            {
                Check(result);
            }
            else
            {
                Refresh(counters);
                Collect(counters, pmds, destination);
            }
        }
    }

    /// <summary>Why a PMD is not counted on this machine; null when it is, or nothing is known against it.</summary>
    public PerfmonException? WhyNotCounted(int pmd)
    {
        lock (_gate)
        {
            return _whyNotCounted.GetValueOrDefault(pmd);
        }
    }

    // What was counted in earlier attachments, and in this one as of the last refresh.
    private void Collect(SetCounters? counters, ReadOnlySpan<int> pmds, Span<Count> destination)
    {
        for (var i = 0; i < pmds.Length; i++)
        {
            var total = _folded.GetValueOrDefault(pmds[i]);
            var index = counters?.Pmds.IndexOf(pmds[i]) ?? -1;
            var current = index < 0 ? default : counters!.Totals[index];
            total.Add(current);
            destination[i] = total.ToCount(_registers.Pmd(pmds[i])?.ValueAt(current.Raw) ?? 0);
        }
    }

    // Called between a refresh and the next change of the counters.
    private ulong KernelCount(int pmd)
    {
        var counters = _attachment?.Sets[0];
        var index = counters?.Pmds.IndexOf(pmd) ?? -1;
        return index < 0 ? 0 : counters!.Totals[index].Raw;
    }

    private void WritePmd(in PmdWrite write)
    {
        CheckSet(write.Set);
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

        Use(named);
        var register = _registers.UsePmd(write.Number);
        register.Attributes = write.Attributes ?? register.Attributes;
        var kernelCount = KernelCount(write.Number);
        register.Write(write.Value, kernelCount);
        _isPlain &= write.Value == kernelCount;
    }

    private static void Refresh(SetCounters counters) => Check(counters.Read());

    // Opens the counters anew under the registers as they stand, beside the present ones, which go only when that has worked.
    private void Reprogram()
    {
        var attachment = _attachment!;
        var old = attachment.Sets[0];
        var plan = Plan();
        if (_started)
        {
            Check(old.Disable());
        }

        SetCounters[] sets;
        try
        {
            Refresh(old);
            sets = attachment.Reopen([plan]);
        }
        catch
        {
            if (_started)
            {
                Check(old.Enable());
            }

            throw;
        }

        Fold(old);
        attachment.Replace(sets);
        Notice = attachment.Notice;
        _whyNotCounted.Clear();
        RememberWhatIsSkipped();
        if (_started)
        {
            Check(sets[0].Enable());
        }
    }

    // PMDs that are used for the first time while the session is attached start to count, or all stay unused.
    private void Use(in RegisterMask pmds)
    {
        var before = _registers.UsedPmds;
        var countMore = false;
        foreach (var pmd in pmds)
        {
            _ = _registers.UsePmd(pmd);
            countMore |= !before.Contains(pmd) && _registers.Decode(pmd).IsEnabled;
        }

        if (!countMore || _attachment is null)
        {
            return;
        }

        try
        {
            Reprogram();
        }
        catch
        {
            _registers.UseOnly(before);
            throw;
        }
    }

    private PerfmonException? CheckPmc(in PmcWrite write) =>
        write.Set != 0 ? SessionErrors.UnknownSet(write.Set)
        : !_availablePmcs.Contains(write.Number) ? SessionErrors.NotAvailable("PMC", write.Number, Map.ModelName)
        : null;

    private static void CheckSet(ushort set)
    {
        if (set != 0)
        {
            throw SessionErrors.UnknownSet(set);
        }
    }

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
