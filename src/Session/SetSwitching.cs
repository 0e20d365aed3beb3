namespace Perfmon.Session;

/// <summary>When an event set gives way to the next: perfmon's set flags and timeout.</summary>
/// <param name="Cause">What makes it give way.</param>
/// <param name="Timeout">By time: nanoseconds of active time, of the thread on a thread, of the wall clock on a CPU.</param>
internal readonly record struct SetSwitching(SwitchCause Cause, ulong Timeout)
{
    public static SetSwitching Never => default;
}

/// <summary>What makes a set give way.</summary>
internal enum SwitchCause
{
    Nothing,

    /// <summary>Its timeout: <c>PFM_SETFL_TIME_SWITCH</c>.</summary>
    Time,

    /// <summary>Overflows of a PMD: <c>PFM_SETFL_OVFL_SWITCH</c> with <c>reg_ovfl_swcnt</c>.</summary>
    Overflow,
}
