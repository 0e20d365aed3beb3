using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.V3;

/// <summary>The refusals of the five calls, one a method.</summary>
internal static class PfmErrors
{
    public static PerfmonException NotASession(int descriptor) =>
        Invalid($"Descriptor {descriptor} is not a perfmon session, or was closed.", Errno.EBADF);

    public static PerfmonException ClosedMeanwhile() => Invalid("The session was closed by another thread.", Errno.EBADF);

    public static PerfmonException UnknownSessionFlags(PfmSessionFlags flags) =>
        Invalid($"Session flags 0x{(uint)flags:x} are unknown.");

    public static PerfmonException CannotBlock(bool systemWide) => Invalid(systemWide
        ? "NOTIFY_BLOCK and SYSTEM_WIDE exclude each other."
        : "NOTIFY_BLOCK is not possible: perf_event_open has no way to block the monitored thread at an overflow.");

    public static PerfmonException UnknownAction(uint action) =>
        Invalid($"Action {action} is unknown; exactly one is asked for in a call.");

    public static PerfmonException NotAVector(PfmRegisterType type, int size) => Invalid(type switch
    {
        PfmRegisterType.Pmd or PfmRegisterType.Pmc => $"A vector of {type} elements is a multiple of 16 bytes and not empty; {size} given.",
        PfmRegisterType.PmdAttributes => $"A vector of PMDs with attributes is a multiple of 208 bytes and not empty; {size} given.",
        _ => $"Register type {(uint)type} is unknown; exactly one of PMD (1), PMC (2), PMD with attributes (3) is asked for in a call.",
    });

    public static PerfmonException NotAVector(PfmSetControl action, int size) => Invalid(action switch
    {
        PfmSetControl.Create or PfmSetControl.Delete => $"A vector of sets to {action} is a multiple of 64 bytes and not empty; {size} given.",
        PfmSetControl.Info => $"A vector of set information is a multiple of 104 bytes and not empty; {size} given.",
        _ => $"Action {(uint)action} is unknown; exactly one of create (1), info (2), delete (3) is asked for in a call.",
    });

    public static PerfmonException UnknownSetFlags(ushort set, PfmSetFlags flags) => Invalid($"Set {set}: flags 0x{(uint)flags:x} are unknown.");

    public static PerfmonException NoTimeout(ushort set) => Invalid($"Set {set}: a set that gives way by time needs a timeout above 0 ns.");

    public static PerfmonException TimeoutTooLong(ushort set) =>
        Invalid($"Set {set}: a timeout above {long.MaxValue} ns is more than the kernel's clocks can hold.");

    public static PerfmonException TimeoutTooShort(ushort set, ulong shortest) =>
        Invalid($"Set {set}: a timeout below {shortest} ns is hardly more than a switch takes.");

    public static PerfmonException TwoCauses(ushort set) => Invalid($"Set {set}: a set gives way by time or by overflow, not by both.");

    public static PerfmonException UnknownFlags(int register, PfmRegisterFlags flags) =>
        Invalid($"Register {register}: flags 0x{(uint)flags:x} are unknown for this kind of register.");

    public static PerfmonException PmcsCannotBeRead() => Invalid("PMCs cannot be read.");

    public static PerfmonException NoSuchCpu(int cpu) =>
        Invalid($"CPU {cpu} is not online; those online are {HostDescription.Current.Cpus.Online}.");

    public static PerfmonException NoSuchThread(int thread) =>
        new(PerfmonReason.NoSuchTarget, $"There is no thread {thread}.", (int)Errno.ESRCH);

    public static PerfmonException NoMessage() =>
        new(PerfmonReason.InvalidRequest, "No message waits.", (int)Errno.EAGAIN);

    public static PerfmonException FormatAndFlag(string? format) => Invalid(format is null
        ? "SMPL_FMT asks for a sampling format, and none is named."
        : $"Sampling format {format} is named without SMPL_FMT.");

    private static PerfmonException Invalid(string message, Errno error = Errno.EINVAL) =>
        new(PerfmonReason.InvalidRequest, message, (int)error);
}
