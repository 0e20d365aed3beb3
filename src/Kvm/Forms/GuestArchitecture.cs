namespace Perfmon.Kvm.Forms;

/// <summary>Whose guests a filter is for: x86's are filtered by select and umask for the whole machine, Arm's by ranges of event numbers.</summary>
public enum GuestArchitecture
{
    /// <summary>x86: <see cref="Filters.PmuEventFilter"/>; <c>-accel kvm,pmu-filter=…</c>.</summary>
    X86,

    /// <summary>Arm: <see cref="Filters.ArmEventFilter"/>; <c>-cpu host,pmu-filter=…</c>.</summary>
    Arm,
}
