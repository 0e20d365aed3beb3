namespace Perfmon.Diagnostics;

/// <summary>
/// A request that could not be carried out. The message says what was asked, what the kernel answered, why on this machine,
/// and what to do; <see cref="Reason"/> says who must act.
/// </summary>
public sealed class PerfmonException : Exception
{
    /// <summary>A failure for <paramref name="reason"/>, told by <paramref name="message"/>.</summary>
    public PerfmonException(PerfmonReason reason, string message, int errno = 0, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
        Errno = errno;
    }

    /// <summary>Why, in terms of who must act.</summary>
    public PerfmonReason Reason { get; }

    /// <summary>The errno of the kernel or of the perfmon call; 0 where there was none.</summary>
    public int Errno { get; }
}
