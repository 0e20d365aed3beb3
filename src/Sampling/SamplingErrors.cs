using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling;

/// <summary>The refusals of sampling, one a method.</summary>
internal static class SamplingErrors
{
    public static PerfmonException NoEvents() => new(PerfmonReason.InvalidRequest, "No event is named to be sampled.");

    public static PerfmonException FieldsNotHere(SampleFields fields) => new(
        PerfmonReason.InvalidRequest, $"Samples cannot be made to carry {fields} by naming them. Registers and the stack have {nameof(SamplingOptions)}.{nameof(SamplingOptions.UserStack)}.");

    public static PerfmonException StackSize(int bytes, int most) => new(
        PerfmonReason.InvalidRequest, $"A sample cannot carry {bytes} bytes of the stack: a multiple of 8 up to {most} is needed.");

    public static PerfmonException WakeUpBeyondRing(int bytes, RingSize ring) => new(
        PerfmonReason.InvalidRequest, $"The wake-up after {bytes} bytes never comes: a ring has {ring.Bytes}.");

    public static PerfmonException TooOften(string name, ulong hertz, int most) => new(
        PerfmonReason.LimitReached,
        $"""
        Cannot sample {name} {hertz} times a second.
        kernel.perf_event_max_sample_rate is {most}. The kernel lowers it itself when sampling takes too long.
        Sample less often, or allow it:  sudo sysctl kernel.perf_event_max_sample_rate={hertz}
        """,
        (int)Errno.EINVAL);

    public static PerfmonException AttachedAlready() => new(
        PerfmonReason.InvalidRequest, "The session is attached already, or was. Create another for another target.", (int)Errno.EBUSY);

    public static PerfmonException NotTogether(IEnumerable<Session.Target> targets) => new(
        PerfmonReason.InvalidRequest, $"A session samples several threads or several processes, not {string.Join(" and ", targets)}. Create one for each.");

    public static PerfmonException NotAttached(string what) => new(
        PerfmonReason.InvalidRequest, $"Cannot {what}: the session is not attached.", (int)Errno.EINVAL);

    public static PerfmonException HasEnded() => new(
        PerfmonReason.NoSuchTarget, "Cannot start: the target has ended.", (int)Errno.ESRCH);

    public static PerfmonException NotOverwriting() => new(
        PerfmonReason.InvalidRequest, $"Snapshots are of rings that keep the newest records. Ask for {nameof(SamplingOptions)}.{nameof(SamplingOptions.RingMode)} {nameof(RingMode.KeepNewest)}.");

    public static PerfmonException NoDescriptor(string call, Errno error) => new(
        PerfmonReason.LimitReached, $"Nobody could wait for samples. {call}: {error}.", (int)error);

    public static PerfmonException NotSwitched(string what, Errno error) => new(
        PerfmonReason.Unexpected, $"The events could not be {what}: {error}.", (int)error);

    /// <summary>A ring could not be mapped.</summary>
    /// <param name="error">What the kernel answered.</param>
    /// <param name="size">The size asked for.</param>
    /// <param name="rings">How many rings there are to be.</param>
    /// <param name="host">The machine, read just now.</param>
    public static PerfmonException NoRing(Errno error, RingSize size, int rings, HostDescription host)
    {
        var asked = $"Cannot make {rings} rings of {size} for samples.";
        if (error != Errno.EPERM)
        {
            return new PerfmonException(
                error is Errno.ENOMEM or Errno.EMFILE or Errno.EAGAIN ? PerfmonReason.LimitReached : PerfmonReason.Unexpected,
                $"""
                {asked}
                mmap: {error}. {(error == Errno.ENOMEM ? "There is not so much memory, or not in one piece." : "The kernel gives no reason.")}
                Ask for smaller rings.
                """,
                (int)error);
        }

        var page = Environment.SystemPageSize / 1024;
        var needed = rings * ((size.Bytes / 1024) + page);
        var perCpu = host.Settings.PerfEventMlockKibibytes;
        var locked = host.Limits.LockedMemory?.Soft is { } soft and < ResourceLimit.Unlimited ? (long)(soft / 1024) : 0;
        var cpus = host.Cpus.Online.Count;
        var allowed = ((perCpu ?? 0) * (long)cpus) + locked;
        var fitting = RingOf((allowed / rings) - page, page);
        var cure = (needed - locked + cpus - 1) / cpus;
        return new PerfmonException(
            PerfmonReason.LimitReached,
            $"""
            {asked}
            mmap: EPERM. A user's rings may lock kernel.perf_event_mlock_kb ({perCpu?.ToString() ?? "unknown"} KiB) for each of the {cpus} CPUs and {locked} KiB of locked memory (ulimit -l): {allowed} KiB, of which {needed} are needed, and other sessions take theirs of the same.
            {(fitting > 0 ? $"Ask for rings of {fitting} KiB, or allow it" : "Allow it")}:  sudo sysctl kernel.perf_event_mlock_kb={cure}
            """,
            (int)error);
    }

    // The largest power of two of pages in so many KiB; 0 where there is no page.
    private static long RingOf(long kibibytes, int page)
    {
        long ring = 0;
        for (long next = page; next <= kibibytes; next *= 2)
        {
            ring = next;
        }

        return ring;
    }
}
