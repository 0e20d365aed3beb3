using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Sets;

/// <summary>The refusals of event sets, one a method.</summary>
internal static class SetErrors
{
    public static PerfmonException NoTimer(string call, Errno error) => new(
        error is Errno.EMFILE or Errno.EPERM ? PerfmonReason.LimitReached : PerfmonReason.Unexpected,
        $"""
        The clock that ends the turns of event sets could not be used.
        {call}: {error}. It takes one more descriptor.
        Raise the limit:  ulimit -n NUMBER
        """,
        (int)error);

    public static PerfmonException TurnTooShort(TimeSpan time) => Invalid(
        $"""
        An event set cannot give way after {time.TotalMicroseconds:0.###} µs.
        The shortest turn is {SetSwitch.Shortest.TotalMicroseconds:0} µs: a switch takes some ten, and shorter turns would leave a CPU to little else.
        """);

    public static PerfmonException WrongPeriod(ulong period, ulong count) => Invalid(
        $"An event set cannot give way after {count} overflows of {period} events: both are 1 or more, and {long.MaxValue} events at most.");

    public static PerfmonException WrongWeight(IReadOnlyList<int> weights) => Invalid(
        $"The weights {string.Join(':', weights)} of event sets are whole numbers of 1 or more.");

    public static PerfmonException NoSets() => Invalid("There is no event set, or one without events: nothing is to be counted.");

    public static PerfmonException TooManySets(int count) => Invalid($"A session has {ushort.MaxValue + 1} event sets at most, and {count} are asked for.");

    public static PerfmonException NoSlicesKept() => new(
        PerfmonReason.InvalidRequest,
        "This session keeps no slices. Ask it to:  new EventSetOptions { SliceCapacity = 10_000 }",
        (int)Errno.EINVAL);

    private static PerfmonException Invalid(string message) => new(PerfmonReason.InvalidRequest, message, (int)Errno.EINVAL);
}
