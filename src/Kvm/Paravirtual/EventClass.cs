namespace Perfmon.Kvm.Paravirtual;

/// <summary>How the code of an event is meant: bits 23:20 of CONTROL.</summary>
public enum EventClass
{
    /// <summary>A number that means the same on every host: see <see cref="ParavirtualEvents.Generic"/>.</summary>
    Generic = 0,

    /// <summary>A number of the VMM's own table: <see cref="ParavirtualPmuOptions.HostEvents"/>.</summary>
    Host = 1,

    /// <summary>The CPU's own event: select in CODE, and UMASK.</summary>
    Raw = 2,
}
