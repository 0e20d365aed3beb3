using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// The counters of one thread or CPU: the kernel starts and stops them, and one <c>read(2)</c> gives them all. Where their own thread
/// reads them, and the kernel lets it, they are read without it.
/// </summary>
internal sealed class SteadyGroup(IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, SafeKernelHandle[] handles)
    : EventGroup(kernel, counters, handles)
{
    // struct read_format with PERF_FORMAT_GROUP: nr, time_enabled, time_running, then a value for each member.
    private const int HeaderWords = 3;

    // Each member's place among the set's counters.
    private readonly int[] _places = [.. counters.Select(counter => counter.Index)];
    private readonly List<OverflowTrigger> _triggers = [];
    private OverflowRing? _ring;

    // What was counted after turns were over, and is no turn's: times and values. Null where nothing ends turns. And what the last read gave, with that.
    private ulong[]? _late;
    private ulong[]? _end;
    private ulong[]? _told;
    private bool _hasEnded;

    /// <summary>How the counters are read from user space; null where the kernel is to be asked.</summary>
    public UserAccess? UserAccess { get; init; }

    public override IReadOnlyList<OverflowTrigger> Triggers => _triggers;

    public override OverflowRing? Ring => _ring;

    public override bool IsSteady => true;

    /// <summary>Whether what a read gives is what it counted: nothing of it is taken away.</summary>
    public bool IsPlain => _late is null;

    public static PerfReadFormat ReadFormat =>
        PerfReadFormat.Group | PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning;

    /// <summary>Words that a read of a group of <paramref name="members"/> gives.</summary>
    public static int ReadWords(int members) => HeaderWords + members;

    public static new int ReadSize(int members) => ReadWords(members) * sizeof(ulong);

    /// <summary>Lets a member end turns, as its signal tells.</summary>
    public void Add(int member, OverflowSignal signal)
    {
        _late ??= new ulong[HeaderWords + MemberCount];
        _end ??= new ulong[HeaderWords + MemberCount];
        _told ??= new ulong[HeaderWords + MemberCount];
        _triggers.Add(new OverflowTrigger(Kernel, this, member, signal));
    }

    /// <summary>Lets members tell of their overflows.</summary>
    public void Add(OverflowRing ring)
    {
        _late ??= new ulong[HeaderWords + MemberCount];
        _end ??= new ulong[HeaderWords + MemberCount];
        _told ??= new ulong[HeaderWords + MemberCount];
        _ring = ring;
    }

    /// <summary>What a member had counted when <paramref name="words"/> were read, without what no turn has.</summary>
    public ulong CountIn(ReadOnlySpan<ulong> words, int member) => words[HeaderWords + member] - _late![HeaderWords + member];

    /// <summary>For how long the group was enabled, in nanoseconds, when <paramref name="words"/> were read.</summary>
    public static ulong TimeEnabledIn(ReadOnlySpan<ulong> words) => words[1];

    /// <summary>Adds what a read of the group gave to each member's place in <paramref name="totals"/>.</summary>
    public void AddRead(ReadOnlySpan<ulong> words, Span<CountTotal> totals)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            Add(ref totals[_places[i]], words, i, ReadPath.Kernel);
        }
    }

    /// <summary>Whether the counters stand still until the group is stopped.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>
    /// Ends a turn, or freezes the counters, at what was counted then: what is counted until the group is stopped does not count.
    /// </summary>
    /// <param name="words">What a read of the group gave then.</param>
    /// <param name="keepsTold">Whether what a read has told meanwhile stays.</param>
    public void EndAt(ReadOnlySpan<ulong> words, bool keepsTold)
    {
        if (!_hasEnded)
        {
            for (var i = 0; i < _end!.Length; i++)
            {
                _end[i] = keepsTold ? Math.Max(words[i], _told![i]) : words[i];
            }

            _hasEnded = true;
        }
    }

    public override KernelResult Enable(Span<byte> buffer)
    {
        // An overflow that was taken after the group had been stopped.
        var read = _hasEnded ? LeaveOut(buffer) : KernelResult.Success;
        var result = Kernel.Ioctl(Leader, PerfEventIoctl.Enable, 0);
        return result.Failed ? result : read;
    }

    public override KernelResult Disable(Span<byte> buffer)
    {
        var result = Kernel.Ioctl(Leader, PerfEventIoctl.Disable, 0);
        var read = _hasEnded ? LeaveOut(buffer) : KernelResult.Success;
        return result.Failed ? result : read;
    }

    public override KernelResult AddTo(Span<byte> buffer, Span<CountTotal> totals)
    {
        var result = Read(buffer, out var words, out var path);
        for (var i = 0; i < _places.Length; i++)
        {
            Add(ref totals[_places[i]], words, i, path);
        }

        return result;
    }

    /// <summary>Reads the members' counts, each to its place in <paramref name="counts"/>; without allocation, as <see cref="AddTo"/>.</summary>
    public KernelResult ReadTo(Span<byte> buffer, Span<Count> counts)
    {
        var result = Read(buffer, out var words, out var path);
        for (var i = 0; i < _places.Length; i++)
        {
            var total = default(CountTotal);
            Add(ref total, words, i, path);
            counts[_places[i]] = total.ToCount(total.Raw);
        }

        return result;
    }

    // The mappings first: each keeps its event open.
    public override void Dispose()
    {
        UserAccess?.Pages?.Dispose();
        foreach (var trigger in _triggers)
        {
            trigger.Dispose();
        }

        _ring?.Dispose();
        base.Dispose();
    }

    // No words: an error, or 0 bytes, which say that the kernel took the group off for good.
    private KernelResult Read(Span<byte> buffer, out Span<ulong> words, out ReadPath path)
    {
        buffer = buffer[..ReadSize(MemberCount)];
        if (UserAccess is { Pages: { } pages } access && Environment.CurrentManagedThreadId == access.Reader)
        {
            var read = MemoryMarshal.Cast<byte, ulong>(buffer);
            if (pages.TryRead(read))
            {
                words = read;
                path = ReadPath.UserSpace;
                return KernelResult.Of(buffer.Length);
            }
        }

        path = ReadPath.Kernel;
        var result = Kernel.Read(Leader, buffer);
        words = result.Value == buffer.Length ? MemoryMarshal.Cast<byte, ulong>(buffer) : [];
        if (_late is not null)
        {
            if (!_hasEnded)
            {
                words.CopyTo(_told);
            }

            TakeAway(words);
        }

        return result;
    }

    // The group has been stopped: what it counted after the turn's end is no turn's.
    private KernelResult LeaveOut(Span<byte> buffer)
    {
        _hasEnded = false;
        var read = Read(buffer, out var words, out _);
        for (var i = 1; i < words.Length; i++)
        {
            _late![i] += words[i] - (_end![i] - _late[i]);
        }

        return read;
    }

    private void TakeAway(Span<ulong> words)
    {
        for (var i = 1; i < words.Length; i++)
        {
            words[i] = _hasEnded ? _end![i] - _late![i] : words[i] - _late![i];
        }
    }

    private static void Add(ref CountTotal total, ReadOnlySpan<ulong> words, int member, ReadPath path)
    {
        total.Path = path;
        if (words.IsEmpty)
        {
            // What could not be read is lost, and must show.
            total.IsPartial = true;
            return;
        }

        total.Add(words[HeaderWords + member], enabled: words[1], running: words[2]);
    }
}
