namespace Perfmon.Kvm.Guests;

/// <summary>What of a vCPU's thread is counted. Only the counters of a PMU can tell guest from host; other events are refused where anything but both is asked for.</summary>
public enum GuestMode
{
    /// <summary>What the thread does in the guest, and for it on the host; or what the events themselves say (<c>:G</c>, <c>:H</c>).</summary>
    Both,

    /// <summary>The guest alone: <c>exclude_host</c>.</summary>
    GuestOnly,

    /// <summary>The host alone, KVM and the VMM: <c>exclude_guest</c>.</summary>
    HostOnly,
}
