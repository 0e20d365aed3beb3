using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

// struct read_format {
//     { u64 value;
//       { u64 time_enabled; } && PERF_FORMAT_TOTAL_TIME_ENABLED
//       { u64 time_running; } && PERF_FORMAT_TOTAL_TIME_RUNNING
//       { u64 id;           } && PERF_FORMAT_ID
//       { u64 lost;         } && PERF_FORMAT_LOST
//     } && !PERF_FORMAT_GROUP
//     { u64 nr;
//       { u64 time_enabled; } && PERF_FORMAT_TOTAL_TIME_ENABLED
//       { u64 time_running; } && PERF_FORMAT_TOTAL_TIME_RUNNING
//       { u64 value;
//         { u64 id;   } && PERF_FORMAT_ID
//         { u64 lost; } && PERF_FORMAT_LOST
//       } cntr[nr];
//     } && PERF_FORMAT_GROUP
// };

/// <summary>What a read of an event, or of all events of its group, gave: <c>struct read_format</c>.</summary>
public readonly ref struct CounterValues
{
    private readonly ReadOnlySpan<ulong> _words;
    private readonly PerfReadFormat _format;

    internal CounterValues(ReadOnlySpan<ulong> words, PerfReadFormat format)
    {
        _words = words;
        _format = format;
    }

    /// <summary>How many events there are: one, or those of the group, the leader first.</summary>
    public int Count => _words.IsEmpty ? 0 : IsGroup ? (int)_words[0] : 1;

    /// <summary>Nanoseconds that the event was enabled; null where it is not told.</summary>
    public ulong? TimeEnabled => Has(PerfReadFormat.TotalTimeEnabled) ? _words[1] : null;

    /// <summary>Nanoseconds that it counted; null where it is not told.</summary>
    public ulong? TimeRunning => Has(PerfReadFormat.TotalTimeRunning) ? _words[1 + Bit(_format, PerfReadFormat.TotalTimeEnabled)] : null;

    private bool IsGroup => (_format & PerfReadFormat.Group) != 0;

    /// <summary>One event's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not less than <see cref="Count"/>.</exception>
    public CounterValue this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            var times = Times(_format);
            var value = IsGroup ? _words[(1 + times + (index * Each(_format)))..] : _words;
            var more = IsGroup ? value[1..] : value[(1 + times)..];
            return new CounterValue(
                value[0],
                Has(PerfReadFormat.Id) ? more[0] : null,
                Has(PerfReadFormat.Lost) ? more[Bit(_format, PerfReadFormat.Id)] : null);
        }
    }

    /// <summary>How many words the values that these words begin with take.</summary>
    internal static ulong Words(ReadOnlySpan<ulong> words, PerfReadFormat format) =>
        (format & PerfReadFormat.Group) == 0
            ? (ulong)(Times(format) + Each(format))
            : SampleParts.Sum((ulong)(1 + Times(format)), words[0], (ulong)Each(format));

    private static int Times(PerfReadFormat format) =>
        Bit(format, PerfReadFormat.TotalTimeEnabled) + Bit(format, PerfReadFormat.TotalTimeRunning);

    private static int Each(PerfReadFormat format) => 1 + Bit(format, PerfReadFormat.Id) + Bit(format, PerfReadFormat.Lost);

    private static int Bit(PerfReadFormat format, PerfReadFormat bit) => (format & bit) != 0 ? 1 : 0;

    private bool Has(PerfReadFormat bit) => !_words.IsEmpty && (_format & bit) != 0;
}

/// <summary>One event's count in <see cref="CounterValues"/>.</summary>
/// <param name="Value">The count.</param>
/// <param name="Id">The event's id; null where it is not told.</param>
/// <param name="Lost">How many of its samples were lost; null where it is not told.</param>
public readonly record struct CounterValue(ulong Value, ulong? Id, ulong? Lost);
