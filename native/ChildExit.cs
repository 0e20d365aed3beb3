namespace Perfmon.Native;

/// <summary>How a child ended: <c>siginfo_t</c> and <c>struct rusage</c> of <c>waitid(2)</c>.</summary>
/// <param name="Signalled">Whether a signal ended it.</param>
/// <param name="Status">The exit code, or the signal.</param>
/// <param name="UserTime">Time in user mode, its own children included.</param>
/// <param name="SystemTime">Time in kernel mode, its own children included.</param>
internal readonly record struct ChildExit(bool Signalled, int Status, TimeSpan UserTime, TimeSpan SystemTime);
