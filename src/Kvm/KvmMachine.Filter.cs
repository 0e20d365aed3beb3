using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm;

public sealed partial class KvmMachine
{
    /// <summary>Says what the machine's guests may count, in place of what was said before: <c>KVM_SET_PMU_EVENT_FILTER</c>. x86.</summary>
    /// <exception cref="PerfmonException">KVM refuses; <see cref="PerfmonException.Errno"/> says how.</exception>
    public void SetEventFilter(PmuEventFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var set = RequestEventFilter(filter.ToBytes());
        if (set.Failed)
        {
            throw KvmErrors.Refused("filter the events of the machine's guests", "KVM_SET_PMU_EVENT_FILTER", set.Error);
        }
    }
}
