using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Kvm.Arm;

/// <summary>The refusals of Arm's virtual PMUs, one a method.</summary>
internal static class ArmPmuErrors
{
    public static PerfmonException NoSuchSource(string wanted, bool isType, IReadOnlyList<ArmEventSource> sources) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot count guests with the event source {wanted}.
        No event source here has the {(isType ? "type" : "name")} {wanted}.
        {Instead(sources)}
        """,
        (int)Errno.ENXIO);

    public static PerfmonException NotACpuSource(ArmEventSource source, string why) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot count guests with the event source {source.Name}.
        KVM counts with the PMU of a kind of core, and {source.Name} is none that can be used: {why}.
        See what can be:  pfmon kvm backend
        """,
        (int)Errno.ENXIO);

    public static PerfmonException CannotSelect(ArmEventSource source, ArmPmuOffer offer) => new(
        PerfmonReason.NotSupported,
        offer.VirtualPmu
            ? $"""
              Cannot count guests with the event source {source.Name}.
              KVM here cannot be told which PMU to take: KVM_ARM_VCPU_PMU_V3_SET_PMU is in Linux 5.18.
              Name none: the kernel takes the PMU of the CPU on which the first vCPU is initialised.
              """
            : $"""
              Cannot count guests with the event source {source.Name}.
              KVM here has no virtual PMU: KVM_CAP_ARM_PMU_V3 is 0.
              Run on a host whose cores have a PMU that the kernel drives:  pfmon info
              """,
        (int)Errno.ENXIO);

    public static PerfmonException NotInitialized(KvmVcpu vcpu, Errno error)
    {
        const string request = "KVM_ARM_VCPU_INIT";
        var what = $"initialise vCPU {vcpu.Number} with a PMU";
        return vcpu.Machine.Check(KvmCapability.ArmPmu) == 0
            ? new PerfmonException(
                PerfmonReason.NotSupported,
                $"""
                Cannot {what}.
                {request}: {error}. KVM here has no virtual PMU: KVM_CAP_ARM_PMU_V3 is 0.
                Run on a host whose cores have a PMU that the kernel drives:  pfmon info
                """,
                (int)error)
            : error is Errno.EINVAL
            ? new PerfmonException(
                PerfmonReason.InvalidRequest,
                $"""
                Cannot {what}.
                {request}: EINVAL. The features are not those of the machine's other vCPUs, or one of them is not to be had here.
                Give all vCPUs of a machine the same features, the PMU included.
                """,
                (int)error)
            : KvmErrors.Refused(what, request, error);
    }

    /// <summary>What the kernel answered to a step that it was asked to take in <paramref name="state"/>.</summary>
    public static PerfmonException Refused(int vcpu, ArmPmuStep step, ArmPmuState state, Errno error)
    {
        var request = step.Attribute is null ? "KVM_RUN" : "KVM_SET_DEVICE_ATTR";
        var expected = state.Answer(step);
        return expected.Errno == (int)error
            ? new PerfmonException(
                expected.Reason,
                $"""
                Cannot make vCPU {vcpu} {step}.
                {request}: {error}. {expected.Because}
                {expected.Cure}
                """,
                (int)error)
            : new PerfmonException(
                PerfmonReason.Unexpected,
                $"""
                Cannot make vCPU {vcpu} {step}.
                {request}: {error}. By the rules that are known here the answer would have been {(expected.Accepted ? "success" : ((Errno)expected.Errno).ToString())}: another part of the program may have changed the machine.
                Keep the order: {ArmPmuState.RequiredOrder}.
                """,
                (int)error);
    }

    public static PerfmonException WrongCpu(int vcpu, ArmPmuState state) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot make vCPU {vcpu} run.
        KVM_EXIT_FAIL_ENTRY: 1. The thread is on a CPU that the machine's PMU does not count on (event source of type {state.Pmu}).
        Keep the vCPU threads on the CPUs that pfmon kvm backend tells:  taskset -p -c CPUS TID
        """);

    private static string Instead(IReadOnlyList<ArmEventSource> sources)
    {
        var usable = sources.Where(source => source is { Type: not null, Cpus.Count: > 0 }).Select(source => $"{source.Name} (type {source.Type}, CPUs {source.Cpus})").ToList();
        return usable.Count == 0 ? "None can be named on this host." : $"Name one of these: {string.Join(", ", usable)}.";
    }
}
