namespace Perfmon.Kvm.Filters;

/// <summary>What kind of event of a guest a filter is asked about.</summary>
public enum GuestEventKind
{
    /// <summary>An x86 event on a programmable counter, by select and umask.</summary>
    Programmable,

    /// <summary>An x86 fixed counter, by its number.</summary>
    Fixed,

    /// <summary>An Arm event, by its number.</summary>
    Arm,
}
