namespace Perfmon.Kvm.Filters;

/// <summary>How a filter's events are encoded; one encoding for a whole filter. The kernel: the field <c>flags</c> of <c>struct kvm_pmu_event_filter</c>.</summary>
public enum FilterEncoding
{
    /// <summary>Flags 0: an entry is one event, its select and umask as they stand in the guest's event select register.</summary>
    Raw = 0,

    /// <summary>Flags 1, <c>KVM_PMU_EVENT_FLAG_MASKED_EVENTS</c>: an entry is a select, and the umasks that match under a mask.</summary>
    Masked = 1,
}
