namespace Perfmon.Kvm.Filters;

/// <summary>What is odd about a filter that the kernel accepts.</summary>
public enum FilterNoticeKind
{
    /// <summary>A raw entry has bits that no event has: the kernel drops it.</summary>
    Dropped,

    /// <summary>A masked entry's match has bits outside its mask: no umask matches.</summary>
    NeverMatches,

    /// <summary>An entry lists again what an earlier one lists.</summary>
    Duplicate,

    /// <summary>An entry lists only what other entries list as well.</summary>
    Superfluous,

    /// <summary>An entry includes only what others exclude.</summary>
    WhollyExcluded,

    /// <summary>An entry excludes only what no other includes; of a select with such entries alone nothing is listed.</summary>
    ExcludesNothing,

    /// <summary>Bits of the fixed counter bitmap stand for counters that guests do not have.</summary>
    NoSuchFixedCounter,

    /// <summary>An event and the fixed counter that counts the same are decided differently.</summary>
    FixedCounterDisagrees,

    /// <summary>Nothing is listed, so that all events are denied, or allowed.</summary>
    ListsNothing,

    /// <summary>An Arm range decides nothing, because later ones decide about all of its events.</summary>
    Overwritten,

    /// <summary>An Arm range is for events that the kernel does not filter.</summary>
    NotFiltered,
}
