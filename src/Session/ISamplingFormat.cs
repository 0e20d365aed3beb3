namespace Perfmon.Session;

/// <summary>
/// What a session does at overflows: perfmon's sampling format. A session has one or none; it is called under the session's lock, one overflow after the other, and must
/// not call the session.
/// </summary>
public interface ISamplingFormat
{
    /// <summary>
    /// After how many overflows it wants to be asked at the latest; 1 for each at once, 0 when many wait. Whatever the number, every overflow is given in its order with
    /// the values as of then. Asked once, when the session is attached.
    /// </summary>
    int WakeupEvents { get; }

    /// <summary>A PMD has overflowed. Where several did together each is given, in the order of their numbers, and what is answered is done once for all.</summary>
    OverflowActions Handle(in OverflowSample sample);

    /// <summary>The session was restarted after a notification.</summary>
    void Restart();
}

/// <summary>What is to be done at an overflow: perfmon's <c>ovfl_ctrl</c>.</summary>
[Flags]
public enum OverflowActions
{
    /// <summary>Nothing: the PMD counts on from where it stands.</summary>
    None = 0,

    /// <summary>A message.</summary>
    Notify = 1,

    /// <summary>The PMD, and those of its <c>reset_pmds</c>, go on from their short reset values.</summary>
    Reset = 2,

    /// <summary>The counters are frozen, as of the overflow, until a restart; it resets in place of this overflow, to long reset values.</summary>
    Mask = 4,

    /// <summary>The event set gives way to the next.</summary>
    Switch = 8,
}

/// <summary>An overflow of a PMD, as a sampling format is given it.</summary>
public readonly ref struct OverflowSample
{
    /// <summary>The PMD that overflowed.</summary>
    public required int Pmd { get; init; }

    /// <summary>The event set it belongs to.</summary>
    public required ushort Set { get; init; }

    /// <summary>What it was last written or reset to: minus the period that is over now.</summary>
    public required ulong LastReset { get; init; }

    /// <summary>Its <c>smpl_eventid</c>.</summary>
    public required ulong EventId { get; init; }

    /// <summary>The values at the overflow of its <c>smpl_pmds</c>, in increasing order of their numbers; before any reset.</summary>
    public required ReadOnlySpan<ulong> Values { get; init; }

    /// <summary>The instruction at which the overflow was noticed.</summary>
    public required ulong Ip { get; init; }

    /// <summary>The process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The thread.</summary>
    public required int ThreadId { get; init; }

    /// <summary>The CPU.</summary>
    public required int Cpu { get; init; }

    /// <summary>When, in nanoseconds of the monotonic clock.</summary>
    public required ulong Time { get; init; }

    /// <summary>Whether the PMD asks for a message at its overflows.</summary>
    public required bool Notifies { get; init; }
}
