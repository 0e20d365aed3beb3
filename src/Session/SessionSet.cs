using Perfmon.Diagnostics;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// An event set of a session: its registers, its open counters while the session is attached, and what it counted in earlier
/// attachments. It has no lock, its session has one.
/// </summary>
internal sealed class SessionSet(ushort id, RegisterMap map)
{
    private readonly Dictionary<int, CounterLabel> _labels = [];

    // What was counted in earlier attachments, by PMD, and for how long the set was active in them.
    private readonly Dictionary<int, CountTotal> _folded = [];
    private readonly Dictionary<int, PerfmonException> _whyNotCounted = [];
    private ulong _foldedTime;

    // What its last slice ended with: the counters' totals, by index, and the active time.
    private CountTotal[] _cut = [];
    private CountTotal[] _slice = [];
    private ulong _cutTime;

    // The counters that end its turn, at what count of the kernel the turn began, and at which it ends.
    private (PlannedCounter Counter, ulong From, ulong At)[] _turnEnds = [];

    // Whether each PMD is just what its counter has counted: no earlier attachment, nothing written to it.
    private bool _isPlain = true;

    public ushort Id => id;

    /// <summary>What tells of single overflows, to be acted on.</summary>
    public OverflowBooks Books { get; private set; } = OverflowBooks.None;

    public RegisterSet Registers { get; } = new(id, map);

    /// <summary>When the set gives way to the next; read by whoever switches.</summary>
    public SetSwitching Switching { get; private set; } = SetSwitching.Never;

    /// <summary>The open counters; null while the session is not attached.</summary>
    public SetCounters? Counters { get; private set; }

    /// <summary>How often the set became active.</summary>
    public ulong Runs { get; set; }

    /// <summary>How long the set was active, in nanoseconds, as of the last <see cref="Refresh"/>.</summary>
    public ulong ActiveTime => _foldedTime + (Counters?.ActiveTime ?? 0);

    /// <summary>Whether nothing is done at a switch but to stop or start its counters, and to read them.</summary>
    public bool OnlyGivesWay => Counters is { ArePlain: true, IsAllSkipped: false } && Books.Count == 0 && _turnEnds.Length == 0;

    /// <summary>Says when the set gives way, and begins its statistics anew.</summary>
    public void Define(SetSwitching switching)
    {
        Switching = switching;
        Runs = 0;
        _foldedTime = 0;
        OverflowedPmds = default;
    }

    /// <summary>Says how the counter of a PMD is called and where it exists; before the attach.</summary>
    public void Label(int pmd, CounterLabel label) => _labels[pmd] = label;

    /// <summary>The PMDs whose overflows last ended its turn.</summary>
    public RegisterMask OverflowedPmds { get; set; }

    /// <exception cref="PerfmonException">PMC values mean no event (EINVAL).</exception>
    public CounterPlan Plan(in PlanRules rules) =>
        CounterPlan.Of(Registers, _labels, rules with { OverflowsEndTurns = Switching.Cause == SwitchCause.Overflow });

    /// <summary>Whether a PMD ends the set's turn when it has overflowed often enough.</summary>
    public bool IsEndedBy(int pmd) =>
        Switching.Cause == SwitchCause.Overflow && Registers.Pmd(pmd)?.Attributes is { OverflowSwitchCount: > 0 };

    /// <summary>Whether something is done at every overflow of a PMD.</summary>
    public bool TellsOverflows(int pmd, bool hasFormat) => Registers.Pmd(pmd)?.Attributes?.NeedsRecords(hasFormat) == true;

    /// <summary>Counts with <paramref name="counters"/> from now on, which belong to the attachment.</summary>
    public void Use(SetCounters counters, IPerfKernel kernel)
    {
        Counters = counters;
        Books = OverflowBooks.Of(kernel, this, counters);
        _cut = new CountTotal[counters.Totals.Length];
        _slice = new CountTotal[counters.Totals.Length];
        _cutTime = ActiveTime;
        _turnEnds = [.. counters.Plan.Counters.Where(counter => counter.EndsTurn).Select(counter => (counter, 0UL, ulong.MaxValue))];
        _whyNotCounted.Clear();
        foreach (var counter in counters.Plan.Counters)
        {
            if (counters.WhySkipped(counter.Index) is { } why)
            {
                _whyNotCounted[counter.Pmd] = why;
            }
        }
    }

    /// <summary>Reads the counters. What could not be read is partial in the totals.</summary>
    public KernelResult Refresh() => Counters?.Read() ?? KernelResult.Success;

    /// <summary>Sets each PMD that ends the set's turn to do so, counted from now, the last <see cref="Refresh"/>.</summary>
    public KernelResult Arm()
    {
        foreach (ref var end in _turnEnds.AsSpan())
        {
            var register = Registers.Pmd(end.Counter.Pmd)!;
            var count = KernelCount(end.Counter.Pmd);
            var events = register.EventsUntilOverflow(count, register.Attributes!.OverflowSwitchCount);
            end.From = count;
            end.At = events > ulong.MaxValue - count ? ulong.MaxValue : count + events;
            var result = Counters!.TriggerOf(end.Counter.Index)?.Arm(count, events) ?? KernelResult.Success;
            if (result.Failed)
            {
                return result;
            }
        }

        return KernelResult.Success;
    }

    /// <summary>Lets a PMD go on from its long reset value, after the last <see cref="Refresh"/>.</summary>
    public void WriteAfterRestart(int pmd, ulong random)
    {
        var register = Registers.UsePmd(pmd);
        register.Write(register.Attributes?.ResetValue(afterMasking: true, random) ?? 0, KernelCount(pmd));
    }

    /// <summary>The PMDs that have ended the turn which <see cref="Arm"/> began, as of the last <see cref="Refresh"/>.</summary>
    public RegisterMask EndedBy()
    {
        var mask = default(RegisterMask);
        foreach (ref readonly var end in _turnEnds.AsSpan())
        {
            if (KernelCount(end.Counter.Pmd) >= end.At)
            {
                mask.Add(end.Counter.Pmd);
            }
        }

        return mask;
    }

    /// <summary>How much of the turn the PMD that has come furthest has counted; 1 or more when the turn is over.</summary>
    public double ShareOfTurn()
    {
        var share = 0.0;
        foreach (ref readonly var end in _turnEnds.AsSpan())
        {
            share = Math.Max(share, (double)(KernelCount(end.Counter.Pmd) - end.From) / (end.At - end.From));
        }

        return share;
    }

    /// <summary>Ends a slice at the last <see cref="Refresh"/>.</summary>
    /// <param name="sink">Who is told of it, if somebody is.</param>
    /// <param name="start">Where it began, in active time of the session.</param>
    /// <param name="ended">When it ended, in nanoseconds of the monotonic clock.</param>
    /// <returns>How long it was, in nanoseconds.</returns>
    public ulong Cut(ISliceSink? sink, ulong start, ulong ended) => Cut(sink, start, ended, ActiveTime, Counters is { } counters ? counters.Totals : default);

    /// <summary>Ends a slice where reads of the groups gave <paramref name="words"/>.</summary>
    /// <param name="sink">Who is told of it, if somebody is.</param>
    /// <param name="start">Where it began, in active time of the session.</param>
    /// <param name="ended">When it ended, in nanoseconds of the monotonic clock.</param>
    /// <param name="enabled">The counters' time enabled then.</param>
    /// <param name="words">What was read.</param>
    /// <returns>How long it was, in nanoseconds.</returns>
    public ulong Cut(ISliceSink? sink, ulong start, ulong ended, ulong enabled, ReadOnlySpan<ulong> words) =>
        Cut(sink, start, ended, _foldedTime + enabled, sink is null ? default : Counters!.TotalsIn(words));

    /// <summary>Takes over what the counters had counted at the last <see cref="Refresh"/>; they are closed afterwards.</summary>
    public void Fold()
    {
        if (Counters is not { } counters)
        {
            return;
        }

        _isPlain = false;
        _foldedTime += counters.ActiveTime;
        foreach (var counter in counters.Plan.Counters)
        {
            var total = counters.Totals[counter.Index];
            Registers.UsePmd(counter.Pmd).Fold(total.Raw);
            var folded = _folded.GetValueOrDefault(counter.Pmd);
            folded.Add(total);
            _folded[counter.Pmd] = folded;
        }

        Counters = null;
        Books = OverflowBooks.None;
    }

    /// <summary>Why a PMD is not counted on this machine; null when it is, or nothing is known against it.</summary>
    public PerfmonException? WhyNotCounted(int pmd) => _whyNotCounted.GetValueOrDefault(pmd);

    /// <summary>What the kernel has counted for a PMD since the counters were opened, as of the last <see cref="Refresh"/>.</summary>
    public ulong KernelCount(int pmd)
    {
        var index = Counters?.Pmds.IndexOf(pmd) ?? -1;
        return index < 0 ? 0 : Counters!.Totals[index].Raw;
    }

    /// <summary>Writes a PMD; between a <see cref="Refresh"/> and the next change of the counters.</summary>
    public void WritePmd(in PmdWrite write)
    {
        var register = Registers.UsePmd(write.Number);
        var kernelCount = KernelCount(write.Number);
        register.Write(write.Value, kernelCount);
        _isPlain &= write.Value == kernelCount;
        var overflowed = OverflowedPmds;
        overflowed.Remove(write.Number);
        OverflowedPmds = overflowed;
    }

    /// <summary>Reads the counts of <paramref name="pmds"/>, without allocation.</summary>
    public KernelResult Read(ReadOnlySpan<int> pmds, Span<Count> destination)
    {
        if (_isPlain && Counters is { } counters && counters.TryReadAtOnce(pmds, destination, out var result))
        {
            return result;
        }

        result = Refresh();
        for (var i = 0; i < pmds.Length; i++)
        {
            // What was counted in earlier attachments, and in this one.
            var total = _folded.GetValueOrDefault(pmds[i]);
            var index = Counters?.Pmds.IndexOf(pmds[i]) ?? -1;
            var current = index < 0 ? default : Counters!.Totals[index];
            total.Add(current);
            destination[i] = total.ToCount(Registers.Pmd(pmds[i])?.ValueAt(current.Raw) ?? 0);
        }

        return result;
    }

    private ulong Cut(ISliceSink? sink, ulong start, ulong ended, ulong activeTime, ReadOnlySpan<CountTotal> totals)
    {
        var duration = activeTime - _cutTime;
        _cutTime = activeTime;
        if (sink is not null && duration > 0)
        {
            for (var i = 0; i < totals.Length; i++)
            {
                _slice[i] = totals[i].Since(_cut[i]);
                _cut[i] = totals[i];
            }

            sink.Add(new SliceCut { Set = id, Start = start, Duration = duration, Ended = ended, Counters = Counters!.Plan.Counters, Counts = _slice });
        }

        return duration;
    }
}
