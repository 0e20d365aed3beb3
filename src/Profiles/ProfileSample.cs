namespace Perfmon.Profiles;

/// <summary>
/// One sample with its symbolised stack: <c>PERF_RECORD_SAMPLE</c> after symbolisation. It lives as long as the call that it is given to; what is
/// kept of it is copied.
/// </summary>
public readonly ref struct ProfileSample
{
    /// <summary>Which of <see cref="ProfileDescription.Events"/> it is a sample of.</summary>
    public required int Event { get; init; }

    /// <summary>The process, as the machine that was sampled numbers it.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The thread, likewise.</summary>
    public required int ThreadId { get; init; }

    /// <summary>The thread's name at that time (<c>PERF_RECORD_COMM</c>).</summary>
    public required string Comm { get; init; }

    /// <summary>When, in ns of the clock that the event was opened with. The samples of a thread are expected in order of time.</summary>
    public long Time { get; init; }

    /// <summary>The CPU; -1 where unknown. None of the formats shows it.</summary>
    public int Cpu { get; init; }

    /// <summary>The events that the sample stands for, in the event's unit: its period. Not negative.</summary>
    public required long Weight { get; init; }

    /// <summary>The stack, innermost frame first, inlined functions before the one that they were put into. It may be empty.</summary>
    public ReadOnlySpan<ProfileFrame> Frames { get; init; }
}
