using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Kvm.Filters;

/// <summary>The refusals of Arm filters, one a method, with the errno that the kernel would answer.</summary>
internal static class ArmFilterErrors
{
    public static PerfmonException NoRanges() => new(
        PerfmonReason.InvalidRequest, "A filter for Arm guests has at least one range: without any, the kernel filters nothing.");

    public static PerfmonException Range(int index, ArmEventRange range, string problem) => new(
        PerfmonReason.InvalidRequest, $"Cannot make a filter with range {index} ({range}).\n{problem}", (int)Errno.EINVAL);

    public static PerfmonException NoSuchEvent(GuestEvent guestEvent, ArmEventSpace space) => new(
        PerfmonReason.InvalidRequest, $"A guest cannot ask for event {guestEvent}: its PMU's events end at 0x{(int)space - 1:x}.");
}
