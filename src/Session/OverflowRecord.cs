namespace Perfmon.Session;

/// <summary>A sample of <see cref="OverflowRing"/>: room for one, which is used again and again.</summary>
/// <param name="members">The members of the group.</param>
internal sealed class OverflowRecord(int members)
{
    // A record is words: perf_event_header; u64 ip; u32 pid, tid; u64 time; u64 id; u32 cpu, reserved; then what read(2) would give of the group.
    // A PERF_RECORD_LOST is: the header; u64 id; u64 lost.
    private const int IpWord = 1;
    private const int ThreadWord = 2;
    private const int TimeWord = 3;
    private const int IdWord = 4;
    private const int CpuWord = 5;
    private const int ReadWord = 6;
    private const int LostWord = 2;

    private readonly ulong[] _words = new ulong[ReadWord + SteadyGroup.ReadWords(members)];

    public Span<ulong> Words => _words;

    /// <summary>The member that overflowed; -1 where none has the record's id.</summary>
    public int Member { get; set; } = -1;

    public ulong Ip => _words[IpWord];

    public int ProcessId => (int)(uint)_words[ThreadWord];

    public int ThreadId => (int)(_words[ThreadWord] >> 32);

    /// <summary>When, in nanoseconds of the monotonic clock.</summary>
    public ulong Time => _words[TimeWord];

    public ulong Id => _words[IdWord];

    public int Cpu => (int)(uint)_words[CpuWord];

    public ulong LostCount => _words[LostWord];

    /// <summary>What a read of the group gave at the overflow.</summary>
    public ReadOnlySpan<ulong> Read => _words.AsSpan(ReadWord);

    /// <summary>Whether nothing happened between two records, but that the member of the later one counted what both overflowed at.</summary>
    public bool IsTogetherWith(OverflowRecord later)
    {
        if (later.Member == Member || later.Member < 0 || later.Ip != Ip || later._words[ThreadWord] != _words[ThreadWord])
        {
            return false;
        }

        for (var member = 0; member < members; member++)
        {
            var word = _words.Length - members + member;
            if (member != later.Member && later._words[word] != _words[word])
            {
                return false;
            }
        }

        return true;
    }
}
