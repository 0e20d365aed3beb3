namespace Perfmon.V3;

/// <summary>The flags of <see cref="Pfm.CreateSession"/>: <c>PFM_FL_*</c>.</summary>
[Flags]
public enum PfmSessionFlags : uint
{
    /// <summary>A session that follows a thread.</summary>
    None = 0,

    /// <summary>The thread blocks at a notification. Refused: perf_event_open has no way to block the monitored thread.</summary>
    NotifyBlock = 0x01,

    /// <summary>A session that watches one CPU.</summary>
    SystemWide = 0x02,

    /// <summary>A sampling format is named.</summary>
    SamplingFormat = 0x04,

    /// <summary>Overflows wake up the reader without a message.</summary>
    OverflowNoMessage = 0x80,
}

/// <summary>What a vector's elements are: <c>PFM_RWFL_*</c>. Exactly one.</summary>
public enum PfmRegisterType : uint
{
    /// <summary>PMDs, as <see cref="PfargPmr"/>: value only.</summary>
    Pmd = 1,

    /// <summary>PMCs, as <see cref="PfargPmr"/>.</summary>
    Pmc = 2,

    /// <summary>PMDs, as <see cref="PfargPmdAttr"/>: with their overflow attributes.</summary>
    PmdAttributes = 3,
}

/// <summary>What <see cref="Pfm.ControlSession"/> does: <c>PFM_CTFL_*</c>. Exactly one.</summary>
public enum PfmControl : uint
{
    /// <summary>Monitoring on.</summary>
    Start = 1,

    /// <summary>Monitoring off.</summary>
    Stop = 2,

    /// <summary>On again after an overflow that masked.</summary>
    Restart = 3,

    /// <summary>Bind to a thread or CPU.</summary>
    Attach = 4,

    /// <summary>Unbind.</summary>
    Detach = 5,
}

/// <summary>What <see cref="Pfm.ControlSets(int, PfmSetControl, ReadOnlySpan{PfargSetDesc})"/> does: <c>PFM_STFL_*</c>. Exactly one.</summary>
public enum PfmSetControl : uint
{
    /// <summary>Create or change sets.</summary>
    Create = 1,

    /// <summary>Read runs, active time and time left.</summary>
    Info = 2,

    /// <summary>Delete sets.</summary>
    Delete = 3,
}

/// <summary>What makes an event set give way: <c>PFM_SETFL_*</c>. One of them or none.</summary>
[Flags]
public enum PfmSetFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Overflows of a PMD.</summary>
    OverflowSwitch = 0x01,

    /// <summary>Its timeout.</summary>
    TimeSwitch = 0x02,
}

/// <summary>The flags of a register in a vector: <c>PFM_REGFL_*</c>.</summary>
[Flags]
public enum PfmRegisterFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>PMD: an overflow makes a message.</summary>
    OverflowNotify = 0x1,

    /// <summary>PMD: reset values are lowered by a random number.</summary>
    Random = 0x2,

    /// <summary>PMC: the counter is not extended to 64 bits. Accepted and without effect: the kernel always extends it.</summary>
    NoEmulation64 = 0x4,
}
