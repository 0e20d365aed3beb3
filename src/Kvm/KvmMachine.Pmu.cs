using Perfmon.Diagnostics;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Native.Kvm;

namespace Perfmon.Kvm;

/// <summary>What the machine's guests may count, and which of their MSR accesses come to user space.</summary>
public sealed partial class KvmMachine
{
    // KVM_PMU_CAP_DISABLE, of KVM_CAP_PMU_CAPABILITY.
    private const uint DisablePmuBit = 1;

    // KVM_MSR_EXIT_REASON_INVAL, _UNKNOWN and _FILTER, of KVM_CAP_X86_USER_SPACE_MSR.
    private const uint EveryMsrReason = 1 | 2 | 4;

    /// <summary>Turns the virtual PMU off for all of the machine's vCPUs, before the first is made: <c>KVM_CAP_PMU_CAPABILITY</c>. x86.</summary>
    /// <exception cref="PerfmonException">This KVM cannot (Linux 5.18 can), there is no virtual PMU to turn off, or a vCPU exists already.</exception>
    public void DisablePmu()
    {
        const string what = "turn the virtual PMU off";
        lock (_lock)
        {
            if (_vcpus.Count > 0)
            {
                throw new PerfmonException(
                    PerfmonReason.InvalidRequest,
                    $"Cannot {what}: the machine has a vCPU already, and KVM takes this before the first only.",
                    (int)Errno.EINVAL);
            }

            if ((Check(KvmCapability.PmuSwitch) & DisablePmuBit) == 0)
            {
                throw KvmErrors.NotOffered(what, "KVM_CAP_PMU_CAPABILITY (212)", "Linux 5.18; a host without a PMU for guests does not offer it, and its guests have none anyway");
            }

            Enable(what, KvmCapability.PmuSwitch, DisablePmuBit);
        }
    }

    /// <summary>
    /// Has every access to an MSR that would fault in the guest come to user space (<see cref="VcpuExitReason.ReadMsr"/>,
    /// <see cref="VcpuExitReason.WriteMsr"/>), and those to <paramref name="ranges"/> even if the kernel knew them: <c>KVM_CAP_X86_USER_SPACE_MSR</c>,
    /// <c>KVM_X86_SET_MSR_FILTER</c>. x86.
    /// </summary>
    /// <param name="ranges">At most 16.</param>
    /// <exception cref="PerfmonException">This KVM cannot: Linux 5.10 can.</exception>
    public void DeflectMsrs(params ReadOnlySpan<MsrRange> ranges)
    {
        const string what = "have MSR accesses come to user space";
        if (Check(KvmCapability.UserSpaceMsr) == 0 || Check(KvmCapability.MsrFilter) == 0)
        {
            throw KvmErrors.NotOffered(what, "KVM_CAP_X86_USER_SPACE_MSR (188)", "Linux 5.10, on x86");
        }

        Enable(what, KvmCapability.UserSpaceMsr, EveryMsrReason);
        var kernelRanges = new KvmMsrRange[ranges.Length];
        for (var i = 0; i < ranges.Length; i++)
        {
            kernelRanges[i] = new KvmMsrRange(ranges[i].First, ranges[i].Count);
        }

        var set = _kernel.DeflectMsrs(_descriptor.Number, kernelRanges);
        if (set.Failed)
        {
            throw KvmErrors.Refused(what, "KVM_X86_SET_MSR_FILTER", set.Error);
        }
    }

    /// <summary><c>KVM_SET_PMU_EVENT_FILTER</c> with the bytes of a <c>struct kvm_pmu_event_filter</c>, as long as its own count of events says.</summary>
    internal KernelResult RequestEventFilter(Span<byte> filter) => _kernel.Request(_descriptor.Number, KvmRequest.SetPmuEventFilter, filter);

    /// <summary>A descriptor of KVM's statistics of the machine: <c>KVM_GET_STATS_FD</c>.</summary>
    internal KvmDescriptor OpenStatisticsDescriptor() => OpenStatistics(_kernel, _descriptor, "the machine");

    internal static KvmDescriptor OpenStatistics(IKvmKernel kernel, KvmDescriptor of, string name)
    {
        var opened = kernel.Request(of.Number, KvmRequest.GetStatisticsDescriptor, 0);
        return opened.Failed
            ? throw KvmErrors.Refused($"read KVM's statistics of {name}", "KVM_GET_STATS_FD", opened.Error)
            : new KvmDescriptor(kernel, (int)opened.Value);
    }

    private void Enable(string what, KvmCapability capability, ulong argument)
    {
        var request = new KvmEnableCapability { Cap = (uint)capability };
        request.Args[0] = argument;
        var enabled = _kernel.Request(_descriptor.Number, KvmRequest.EnableCapability, AsBytes(ref request));
        if (enabled.Failed)
        {
            throw KvmErrors.Refused(what, $"KVM_ENABLE_CAP {(uint)capability}", enabled.Error);
        }
    }
}
