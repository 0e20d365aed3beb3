using Perfmon.Diagnostics;
using Perfmon.Session;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>The refusals of the paravirtual PMU, one a method.</summary>
internal static class ParavirtualErrors
{
    public static PerfmonException NotOneThread(Target target) => new(
        PerfmonReason.InvalidRequest,
        $"""
        A paravirtual PMU cannot count on {target}.
        It is of one vCPU, and counts on that vCPU's thread.
        Give Target.Thread(tid), or Target.CallingThread on the vCPU's thread itself.
        """);

    public static PerfmonException NotOneEvent(int number, string name, string why) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Host event {number} of the paravirtual PMU, {name}, cannot be offered.
        {why}
        """);

    public static PerfmonException BadState(string why) => new(
        PerfmonReason.InvalidRequest,
        $"""
        The state of a paravirtual PMU cannot be loaded.
        {why}
        Nothing was changed. Save it anew, and move all bytes.
        """);

    public static PerfmonException NewerState(uint version) => new(
        PerfmonReason.NotSupported,
        $"""
        The state of a paravirtual PMU cannot be loaded.
        It is of version {version}, and this library knows version {ParavirtualState.FormatVersion}.
        Move the machine to a VMM with a newer library.
        """);

    public static PerfmonException OtherShape(string what, uint saved, int here) => new(
        PerfmonReason.InvalidRequest,
        $"""
        The state of a paravirtual PMU cannot be loaded.
        It has {what} {saved}, and this machine's PMU has {here}: its guest would see its PMU change.
        Make this machine with the options of the other.
        """);
}
