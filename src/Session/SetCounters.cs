using System.Runtime.InteropServices;
using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>
/// An event set's open counters: its plan at every attach point. Inactive sets are disabled and hold no hardware counter.
/// </summary>
internal sealed class SetCounters : IDisposable
{
    private readonly List<EventGroup> _groups = [];
    private readonly Dictionary<int, PerfmonException> _skipped;
    private readonly Dictionary<int, OverflowTrigger> _triggers = [];
    private readonly int[] _pmds;
    private readonly CountTotal[] _totals;
    private readonly CountTotal[] _former;
    private readonly byte[] _buffer;

    // The counters that are open, and whether none is open twice and each group is read with one call.
    private readonly HashSet<int> _open = [];
    private bool _isSimple = true;

    /// <param name="plan">What is to be counted.</param>
    /// <param name="skipped">The counters this machine lacks, by index, with the reason.</param>
    public SetCounters(CounterPlan plan, Dictionary<int, PerfmonException> skipped)
    {
        Plan = plan;
        _skipped = skipped;
        _pmds = [.. plan.Counters.Select(counter => counter.Pmd)];
        _totals = new CountTotal[plan.Counters.Count];
        _former = new CountTotal[plan.Counters.Count];
        _buffer = new byte[EventGroup.ReadSize(plan.Counters.Count)];
    }

    public CounterPlan Plan { get; }

    /// <summary>The plan's groups, at every point.</summary>
    public IReadOnlyList<EventGroup> Groups => _groups;

    /// <summary>Whether this machine lacks every event of the set, which has no turns then: no clock would end them.</summary>
    public bool IsAllSkipped => _skipped.Count > 0 && _skipped.Count == Plan.Counters.Count;

    /// <summary>Whether the kernel starts and stops all of them, each of one thread or CPU alone.</summary>
    public bool IsSteady => _groups.TrueForAll(group => group.IsSteady);

    /// <summary>The PMD of each counter, by index.</summary>
    public ReadOnlySpan<int> Pmds => _pmds;

    /// <summary>What each counter has counted since it was opened, by index, as of the last <see cref="Read"/>.</summary>
    public ReadOnlySpan<CountTotal> Totals => _totals;

    /// <summary>How long the counters were to count, in nanoseconds, as of the last <see cref="Read"/> or switch: the kernel's time enabled.</summary>
    public ulong ActiveTime { get; set; }

    /// <summary>Whether what reads of the groups give is what they counted, each of one thread or CPU alone.</summary>
    public bool ArePlain => _groups.TrueForAll(group => group is SteadyGroup { IsPlain: true });

    /// <summary>Why the counter is not counted on this machine; null when it is.</summary>
    public PerfmonException? WhySkipped(int index) => _skipped.GetValueOrDefault(index);

    /// <summary>What tells that a counter has ended the set's turn; null where it does not, or nothing tells.</summary>
    public OverflowTrigger? TriggerOf(int index) => _triggers.GetValueOrDefault(index);

    /// <summary>All that tell so.</summary>
    public IReadOnlyCollection<OverflowTrigger> Triggers => _triggers.Values;

    public void Add(EventGroup group)
    {
        _groups.Add(group);
        foreach (var trigger in group.Triggers)
        {
            _triggers.Add(trigger.Counter.Index, trigger);
        }

        _isSimple = _isSimple && group is SteadyGroup && group.Counters.All(counter => _open.Add(counter.Index));
    }

    /// <summary>Starts every group; the first failure, if any, but only after all were tried.</summary>
    public KernelResult Enable()
    {
        var first = KernelResult.Success;
        foreach (var group in CollectionsMarshal.AsSpan(_groups))
        {
            var result = group.Enable(_buffer);
            first = first.Failed ? first : result;
        }

        return first;
    }

    /// <summary>Stops every group; the first failure, if any, but only after all were tried.</summary>
    public KernelResult Disable()
    {
        var first = KernelResult.Success;
        foreach (var group in CollectionsMarshal.AsSpan(_groups))
        {
            var result = group.Disable(_buffer);
            first = first.Failed ? first : result;
        }

        return first;
    }

    /// <summary>Reads every group into <see cref="Totals"/>, without allocation. When one fails the others are read all the same.</summary>
    public KernelResult Read()
    {
        Array.Clear(_totals);
        var outcome = KernelResult.Success;
        var time = new ActiveTime();
        foreach (var group in CollectionsMarshal.AsSpan(_groups))
        {
            ref readonly var leader = ref _totals[group.LeaderIndex];
            var before = leader.TimeEnabled;
            var result = group.AddTo(_buffer, _totals);
            outcome = result.Failed ? result : outcome;
            time.Add(group.Point, leader.TimeEnabled - before);
        }

        ActiveTime = time.Total;
        return outcome;
    }

    /// <summary>What each counter had counted, by index, when reads of the groups gave <paramref name="words"/>, one after the other. It stays until the next call.</summary>
    public ReadOnlySpan<CountTotal> TotalsIn(ReadOnlySpan<ulong> words)
    {
        Array.Clear(_former);
        foreach (var group in CollectionsMarshal.AsSpan(_groups))
        {
            var size = SteadyGroup.ReadWords(group.MemberCount);
            ((SteadyGroup)group).AddRead(words[..size], _former);
            words = words[size..];
        }

        return _former;
    }

    /// <summary>
    /// Reads the counts of <paramref name="pmds"/> past <see cref="Totals"/>, where these are all the set's counters, in order, and each is
    /// open once: a named session on a thread or a CPU, whose reads cost little more than the kernel's.
    /// </summary>
    /// <returns>False where they are not that; nothing was read.</returns>
    public bool TryReadAtOnce(ReadOnlySpan<int> pmds, Span<Count> counts, out KernelResult result)
    {
        result = KernelResult.Success;
        if (!_isSimple || _open.Count < _pmds.Length || !pmds.SequenceEqual(_pmds))
        {
            return false;
        }

        foreach (var group in _groups)
        {
            var one = ((SteadyGroup)group).ReadTo(_buffer, counts);
            result = one.Failed ? one : result;
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var group in _groups)
        {
            group.Dispose();
        }

        _groups.Clear();
    }
}
