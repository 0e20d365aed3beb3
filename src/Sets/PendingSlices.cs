using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>A few slices that nobody has looked at yet, one after the other in memory. It has no lock, its session has one.</summary>
internal sealed class PendingSlices(int capacity, int mostCounters)
{
    // All there will be: who adds must not allocate.
    private readonly Head[] _heads = new Head[capacity];
    private readonly CountTotal[] _counts = new CountTotal[capacity * mostCounters];

    private int _used;

    public int Count { get; private set; }

    public SliceCut this[int index]
    {
        get
        {
            ref readonly var head = ref _heads[index];
            return new SliceCut
            {
                Set = head.Set,
                Start = head.Start,
                Duration = head.Duration,
                Counters = head.Counters,
                Counts = _counts.AsSpan(head.First, head.Counters.Count),
            };
        }
    }

    /// <summary>Adds a slice, if there is room.</summary>
    public bool TryAdd(in SliceCut slice)
    {
        if (Count == capacity)
        {
            return false;
        }

        _heads[Count++] = new Head(slice.Set, slice.Start, slice.Duration, slice.Counters, _used);
        slice.Counts.CopyTo(_counts.AsSpan(_used));
        _used += slice.Counts.Length;
        return true;
    }

    public void Clear() => Count = _used = 0;

    private readonly record struct Head(ushort Set, ulong Start, ulong Duration, IReadOnlyList<PlannedCounter> Counters, int First);
}
