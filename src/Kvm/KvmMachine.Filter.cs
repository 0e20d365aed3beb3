using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Native;

namespace Perfmon.Kvm;

/// <summary>What the machine's guests may count.</summary>
public sealed partial class KvmMachine
{
    private const string Request = "KVM_SET_PMU_EVENT_FILTER";

    /// <summary>Says what the machine's guests may count, in place of what was said before: <c>KVM_SET_PMU_EVENT_FILTER</c>. x86.</summary>
    /// <exception cref="PerfmonException">
    /// This KVM has no filters (Linux 5.2 has) or no masked ones (6.3 has), the machine is of another process, or an entry has bits that KVM does not know on this CPU; the message
    /// names it.
    /// </exception>
    public void SetEventFilter(PmuEventFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        const string what = "filter the events of the machine's guests";
        var bytes = filter.ToBytes();
        var set = RequestEventFilter(bytes);
        if (!set.Failed)
        {
            return;
        }

        if (set.Error == Errno.EIO)
        {
            throw KvmErrors.ForeignMachine(what, Request);
        }

        // Asked afterwards: a machine of another process does not even say what it can.
        if (Check(KvmCapability.PmuEventFilter) == 0)
        {
            throw KvmErrors.NotOffered(what, "KVM_CAP_PMU_EVENT_FILTER (173)", "Linux 5.2, on x86");
        }

        if (filter.Encoding == FilterEncoding.Masked && Check(KvmCapability.MaskedEvents) == 0)
        {
            throw KvmErrors.NotOffered("filter events by masked entries", "KVM_CAP_PMU_EVENT_MASKED_EVENTS (226)", "Linux 6.3; what raw entries can say works before");
        }

        var foretold = KernelAnswer.To(bytes, FilterVendor.Of(HostDescription.Current));
        throw foretold.Errno == (int)set.Error ? KvmErrors.FilterRefused(what, set.Error, foretold.Because) : KvmErrors.Refused(what, Request, set.Error);
    }

    /// <summary>Lets the machine's guests count everything again. KVM cannot take a filter away: it gets one that denies nothing, which has the same effect.</summary>
    /// <exception cref="PerfmonException">As for <see cref="SetEventFilter"/>.</exception>
    public void ClearEventFilter() => SetEventFilter(PmuEventFilter.AllowingEverything);
}
