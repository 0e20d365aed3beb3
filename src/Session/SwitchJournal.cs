using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// Stops, reads and starts the sets of a session that only give way to each other, and keeps what it read as it was read. A switch finds its caches full of what the
/// target does, and costs what it has to fetch: what can wait is done for many at once. Of sets of one group each: many take their time anyway. It has no lock, its session has one.
/// </summary>
internal sealed class SwitchJournal
{
    private const int MostTurns = 16;
    private const int MostWords = 4096;

    // Each turn that is kept: its set's place, what the kernel's time enabled of the set was as it ended, when that was, and what was read.
    private const int PlaceWord = 0;
    private const int EnabledWord = 1;
    private const int EndedWord = 2;
    private const int HeaderWords = 3;

    private readonly IPerfKernel _kernel;
    private readonly Lane[] _lanes;
    private readonly ulong[] _words;
    private readonly int _stride;
    private readonly int _capacity;
    private int _last;

    // Whether something is known here that the sets were not told.
    private bool _isAhead;

    private SwitchJournal(IPerfKernel kernel, Lane[] lanes)
    {
        _kernel = kernel;
        _lanes = lanes;
        _stride = HeaderWords + lanes.Max(lane => lane.Words);
        _capacity = Math.Clamp(MostWords / _stride, 1, MostTurns);
        _words = new ulong[_capacity * _stride];
    }

    /// <summary>Turns that are kept.</summary>
    public int Count { get; private set; }

    /// <summary>How many sets take turns.</summary>
    public int Sets => _lanes.Length;

    public bool IsFull => Count == _capacity;

    /// <summary>Null where more is to be done at a switch, or there is none.</summary>
    public static SwitchJournal? TryCreate(IPerfKernel kernel, ReadOnlySpan<SessionSet> turns)
    {
        if (turns.Length < 2)
        {
            return null;
        }

        var lanes = new Lane[turns.Length];
        for (var i = 0; i < turns.Length; i++)
        {
            if (!turns[i].OnlyGivesWay || turns[i].Counters!.Groups is not [var group])
            {
                return null;
            }

            lanes[i] = new Lane(turns[i], group.Descriptor(0), SteadyGroup.ReadWords(group.MemberCount));
        }

        var journal = new SwitchJournal(kernel, lanes);
        journal.Take();
        return journal;
    }

    /// <summary>Stops the counters of the set in a place.</summary>
    public KernelResult Stop(int place) => _kernel.Ioctl(_lanes[place].Leader, PerfEventIoctl.Disable, 0);

    /// <summary>Starts them: a turn begins.</summary>
    public KernelResult Start(int place, out TurnStart turn)
    {
        ref var lane = ref _lanes[place];
        var result = _kernel.Ioctl(lane.Leader, PerfEventIoctl.Enable, 0);
        lane.Runs++;
        _isAhead = true;
        turn = new TurnStart(lane.Set, lane.Switching, Past: 0, _kernel.MonotonicTime);
        return result;
    }

    /// <summary>For how long the set in a place was active, in nanoseconds, as of its last stop.</summary>
    public ulong ActiveTime(int place) => _lanes[place].ActiveTime;

    /// <summary>Takes over from the sets for how long they were active, as of their last reading.</summary>
    public void Take()
    {
        foreach (ref var lane in _lanes.AsSpan())
        {
            lane.Enabled = lane.Set.Counters!.ActiveTime;
            lane.ActiveTime = lane.Set.ActiveTime;
        }
    }

    /// <summary>Reads the counters of the set in a place, which were stopped, and keeps that.</summary>
    /// <returns>False where they could not be read: nothing is kept.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryKeep(int place)
    {
        ref var lane = ref _lanes[place];
        _last = Count * _stride;
        var words = _words.AsSpan(_last + HeaderWords, lane.Words);
        if (_kernel.Read(lane.Leader, MemoryMarshal.AsBytes(words)).Value != words.Length * sizeof(ulong))
        {
            return false;
        }

        var enabled = SteadyGroup.TimeEnabledIn(words);
        lane.ActiveTime += enabled - lane.Enabled;
        lane.Enabled = enabled;
        _words[_last + PlaceWord] = (ulong)place;
        _words[_last + EnabledWord] = enabled;
        Count++;
        return true;
    }

    /// <summary>Says when the turn was over that was kept last, in nanoseconds of the monotonic clock.</summary>
    public void End(ulong time) => _words[_last + EndedWord] = time;

    /// <summary>A turn that is kept.</summary>
    /// <param name="index">Which of them, in their order.</param>
    /// <param name="enabled">The set's time enabled as it ended, in nanoseconds.</param>
    /// <param name="ended">When that was, in nanoseconds of the monotonic clock.</param>
    /// <param name="words">What was read.</param>
    /// <returns>The set's place.</returns>
    public int Turn(int index, out ulong enabled, out ulong ended, out ReadOnlySpan<ulong> words)
    {
        var turn = _words.AsSpan(index * _stride, _stride);
        var place = (int)turn[PlaceWord];
        enabled = turn[EnabledWord];
        ended = turn[EndedWord];
        words = turn.Slice(HeaderWords, _lanes[place].Words);
        return place;
    }

    /// <summary>Keeps nothing any more, and tells the sets of their turns.</summary>
    public void Clear()
    {
        Count = 0;
        if (!_isAhead)
        {
            return;
        }

        _isAhead = false;
        foreach (ref var lane in _lanes.AsSpan())
        {
            lane.Set.Runs += lane.Runs;
            lane.Runs = 0;

            // The active one may have been read since.
            lane.Set.Counters!.ActiveTime = Math.Max(lane.Enabled, lane.Set.Counters.ActiveTime);
        }
    }

    // What a set's switches need of it, and nothing else that belongs to it: its group's descriptor, which lives as long, how many words a read of it gives, and when the set gives way.
    // And what is kept here until the set is told: its turns, and the time enabled of its counters.
    private struct Lane(SessionSet set, int leader, int words)
    {
        public readonly SessionSet Set = set;
        public readonly int Leader = leader;
        public readonly int Words = words;
        public readonly SetSwitching Switching = set.Switching;
        public ulong Enabled;
        public ulong ActiveTime;
        public ulong Runs;
    }
}
