using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>What a message tells: <c>PFM_MSG_*</c>.</summary>
public enum SessionMessageKind
{
    /// <summary>PMDs have overflowed.</summary>
    Overflow = 1,

    /// <summary>The monitored thread, process or command has ended. The session is unloaded; its values stay readable.</summary>
    End = 2,
}

/// <summary>A message from a session to its tool. All but the kind is of overflows.</summary>
/// <param name="Kind">What it tells.</param>
public readonly record struct SessionMessage(SessionMessageKind Kind)
{
    /// <summary>The PMDs that overflowed.</summary>
    public RegisterMask Pmds { get; init; }

    /// <summary>The event set that was active.</summary>
    public ushort Set { get; init; }

    /// <summary>The process.</summary>
    public int ProcessId { get; init; }

    /// <summary>The thread.</summary>
    public int ThreadId { get; init; }

    /// <summary>The CPU.</summary>
    public int Cpu { get; init; }

    /// <summary>The instruction at which the overflow was noticed.</summary>
    public ulong Ip { get; init; }

    /// <summary>When, in nanoseconds of the monotonic clock.</summary>
    public ulong Time { get; init; }
}
