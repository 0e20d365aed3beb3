using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Sets;

/// <summary>The refusals of event sets, one a method.</summary>
internal static class SetErrors
{
    public static PerfmonException NoTimer(string call, Errno error) => new(
        error is Errno.EMFILE or Errno.EPERM ? PerfmonReason.LimitReached : PerfmonReason.Unexpected,
        $"""
        The clock that ends the time of event sets could not be used.
        {call}: {error}. {(call == "mmap" ? "Its two pages count as locked memory." : "It takes one more descriptor.")}
        {(call == "mmap" ? "Raise the limit:  sudo sysctl kernel.perf_event_mlock_kb=NUMBER" : "Raise the limit:  ulimit -n NUMBER")}
        """,
        (int)error);
}
