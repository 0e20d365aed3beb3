using Perfmon.Events;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>The slices that were not read yet: a ring of words, so that keeping one allocates nothing. It has no lock, its session has one.</summary>
internal sealed class SliceLog
{
    // Set, start, duration, end, then value and duration of each event.
    private const int HeaderWords = 4;
    private const int EventWords = 2;

    private readonly IReadOnlyList<IReadOnlyList<EventRequest>> _sets;
    private readonly int _stride;
    private readonly ulong[] _words;
    private readonly int _capacity;
    private int _first;
    private int _count;

    public SliceLog(int capacity, IReadOnlyList<IReadOnlyList<EventRequest>> sets)
    {
        _sets = sets;
        _capacity = capacity;
        _stride = HeaderWords + (EventWords * sets.Max(set => set.Count));
        _words = new ulong[capacity * _stride];
    }

    /// <summary>Slices that there was no room for.</summary>
    public ulong Lost { get; private set; }

    /// <summary>The wall clock's time from which ends are counted.</summary>
    public long Origin { get; set; }

    public void Add(in SliceCut slice)
    {
        if (_count == _capacity)
        {
            Lost++;
            return;
        }

        var words = Words((_first + _count++) % _capacity);
        words[0] = slice.Set;
        words[1] = slice.Start;
        words[2] = slice.Duration;
        words[3] = slice.Ended - (ulong)Origin;
        for (var i = 0; i < slice.Counts.Length; i++)
        {
            words[HeaderWords + (EventWords * i)] = slice.Counts[i].Raw;
            words[HeaderWords + (EventWords * i) + 1] = SetEstimates.TimeCounted(slice.Counts[i], slice.Duration);
        }
    }

    public EventSetSlice? TryTake()
    {
        if (_count == 0)
        {
            return null;
        }

        var words = Words(_first);
        var events = _sets[(int)words[0]];
        var counts = new SliceCount[events.Count];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = new SliceCount(events[i], words[HeaderWords + (EventWords * i)], words[HeaderWords + (EventWords * i) + 1]);
        }

        _first = (_first + 1) % _capacity;
        _count--;
        return new EventSetSlice((ushort)words[0], words[1], words[2], words[3], counts);
    }

    private Span<ulong> Words(int slot) => _words.AsSpan(slot * _stride, _stride);
}
