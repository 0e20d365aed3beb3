namespace Perfmon.Bench.Switches;

/// <summary><c>enum strategy</c> of switch_peer.c: who lets one set give way to the next.</summary>
public enum Strategy
{
    /// <summary>The thread of the CPU on which the turn ended, before all others (SCHED_FIFO): Perfmon's own.</summary>
    SameCpuFirst,

    /// <summary>The thread of that CPU, in line with the others: <c>EventSetOptions.SwitchesBeforeOthers</c> is false.</summary>
    SameCpu,

    /// <summary>One thread, in line with the others, on whatever CPU the kernel puts it: what one would write first. Perfmon has no such way.</summary>
    Anywhere,
}
