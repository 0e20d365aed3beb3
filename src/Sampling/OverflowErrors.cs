using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Sampling;

/// <summary>The refusals of sessions that act on overflows, and of their sampling formats, one a method.</summary>
internal static class OverflowErrors
{
    public static PerfmonException BufferTooSmall(long size, int smallest) => Invalid(
        $"A sampling buffer of {size} bytes is too small: its header and the largest entry are {smallest}.");

    public static PerfmonException BufferTooLarge(ulong size) => new(
        PerfmonReason.LimitReached, $"A sampling buffer of {size} bytes is larger than {Array.MaxLength}.", (int)Errno.ENOMEM);

    public static PerfmonException WrongArgument(string name, int size, int expected) => Invalid(
        $"The argument of sampling format {name} is {expected} bytes; {size} given.");

    public static PerfmonException UnknownFormat(string name, IEnumerable<string> known) => Invalid(
        $"There is no sampling format {name}. There are: {string.Join(", ", known)}.");

    public static PerfmonException NameTaken(string name) => Invalid($"There is a sampling format {name} already.");

    public static PerfmonException OneEvent(string name) => Invalid($"{name} is not one event. Each event of a session is named alone.");

    public static PerfmonException SameName(string name) => Invalid($"{name} is named twice. Name it another way, as {name}:u, or use registers.");

    public static PerfmonException NotInSession(string name, IEnumerable<string> names) => Invalid(
        $"{name} is not an event of this session. Its events are: {string.Join(", ", names)}.");

    public static PerfmonException NoPeriod(string name) => Invalid(
        $"{name} has no period, so it never overflows: it cannot notify, sample or reset others. Give it one:  new OverflowEvent(\"{name}\") {{ Period = 1000 }}");

    private static PerfmonException Invalid(string message) => new(PerfmonReason.InvalidRequest, message, (int)Errno.EINVAL);
}
