namespace Perfmon.Kvm.Filters;

/// <summary>
/// Consecutive events of Arm that a filter allows or denies. The kernel: <c>struct kvm_pmu_event_filter {u16 base_event, u16 nevents, u8 action, u8 pad[3]}</c>,
/// the attribute KVM_ARM_VCPU_PMU_V3_FILTER.
/// </summary>
/// <param name="Action">What is done with these events. The action of a filter's first range also decides about all events outside it: its opposite.</param>
/// <param name="First">The first event number.</param>
/// <param name="Last">The last one, included; not below <paramref name="First"/>.</param>
public sealed record ArmEventRange(FilterAction Action, ushort First, ushort Last)
{
    /// <summary>How many events there are, 1 to 65536; <c>nevents</c> ends at 65535.</summary>
    public int Count => Last - First + 1;

    /// <summary>Whether <paramref name="number"/> is one of them.</summary>
    public bool Contains(int number) => number >= First && number <= Last;

    /// <summary>As in <c>allow 0x11-0x1b</c>.</summary>
    public override string ToString() => $"{FilterWords.Name(Action)} {FilterWords.Hex(First)}-{FilterWords.Hex(Last)}";
}
