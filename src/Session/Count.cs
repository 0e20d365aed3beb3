namespace Perfmon.Session;

/// <summary>How a count was obtained.</summary>
public enum CountState
{
    /// <summary>Nothing is known of the event: it never ran on a counter. Its value is not 0, it has none.</summary>
    NotCounted,

    /// <summary>Counted all the time: exact.</summary>
    Counted,

    /// <summary>Counted part of the time and scaled to all of it.</summary>
    Estimated,
}

/// <summary>How a count was read.</summary>
public enum ReadPath
{
    /// <summary>By <c>read(2)</c>, or there was nothing to read.</summary>
    Kernel,

    /// <summary>By the CPU's own instruction, without the kernel (<see cref="UserSpaceReads.WhenPossible"/>).</summary>
    UserSpace,
}

/// <summary>A count: a value, how long it was counted, and how far it can be trusted. All times are nanoseconds.</summary>
public readonly record struct Count
{
    /// <summary>How the value was obtained.</summary>
    public CountState State { get; init; }

    /// <summary>How the value was read.</summary>
    public ReadPath Path { get; init; }

    /// <summary>
    /// Events: exact when <see cref="CountState.Counted"/>; when <see cref="CountState.Estimated"/>, counted * enabled / running for
    /// each thread or CPU, then added up.
    /// </summary>
    public ulong Value { get; init; }

    /// <summary>Events that were really counted, unscaled.</summary>
    public ulong Raw { get; init; }

    /// <summary>Time the event was to be counted, summed over threads or CPUs (<c>PERF_FORMAT_TOTAL_TIME_ENABLED</c>).</summary>
    public ulong TimeEnabled { get; init; }

    /// <summary>Time it was on a counter (<c>PERF_FORMAT_TOTAL_TIME_RUNNING</c>).</summary>
    public ulong TimeRunning { get; init; }

    /// <summary>The share of the time that was counted, 0 to 1; 0 when it was never enabled.</summary>
    public double ShareOfTime => TimeEnabled == 0 ? 0 : (double)TimeRunning / TimeEnabled;

    /// <summary>The value, or <c>not counted</c>.</summary>
    public override string ToString() => State switch
    {
        CountState.Counted => $"{Value:N0}",
        CountState.Estimated => $"{Value:N0} (estimated: counted {ShareOfTime:P1} of the time)",
        _ => "not counted",
    };

    /// <summary>
    /// What was counted between an earlier reading of the same event and this one. Registers wrap at 64 bits, and so does the
    /// difference.
    /// </summary>
    public Count Since(in Count earlier)
    {
        var enabled = TimeEnabled - earlier.TimeEnabled;
        var running = TimeRunning - earlier.TimeRunning;
        return new Count
        {
            Value = unchecked(Value - earlier.Value),
            Raw = unchecked(Raw - earlier.Raw),
            TimeEnabled = enabled,
            TimeRunning = running,
            State = StateOf(enabled, running),
            Path = Path,
        };
    }

    /// <summary>
    /// This count and one of the same event on another target. It is exact when both are, or when the one that is not never ran at
    /// all; a target that ran without a counter is missing from the sum, which therefore is an estimate.
    /// </summary>
    public Count Plus(in Count other)
    {
        var enabled = TimeEnabled + other.TimeEnabled;
        var running = TimeRunning + other.TimeRunning;
        return new Count
        {
            Value = unchecked(Value + other.Value),
            Raw = unchecked(Raw + other.Raw),
            TimeEnabled = enabled,
            TimeRunning = running,
            State = StateOf(enabled, running),
        };
    }

    private static CountState StateOf(ulong enabled, ulong running) =>
        running == 0 ? CountState.NotCounted : running < enabled ? CountState.Estimated : CountState.Counted;
}
