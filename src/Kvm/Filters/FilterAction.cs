namespace Perfmon.Kvm.Filters;

/// <summary>What a filter does with the events that it lists. The kernel: <c>KVM_PMU_EVENT_ALLOW</c>, <c>KVM_PMU_EVENT_DENY</c>.</summary>
public enum FilterAction
{
    /// <summary>A guest may count what is listed, and nothing else.</summary>
    Allow = 0,

    /// <summary>A guest may not count what is listed, and may count everything else.</summary>
    Deny = 1,
}
