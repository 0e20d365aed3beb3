namespace Perfmon.Session;

/// <summary>Somebody who may hold counters: no call of the kernel tells who does.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Pid">Its process; null for the kernel.</param>
/// <param name="Name">Its name (<c>comm</c>).</param>
/// <param name="Events">How many perf events the process has open, of whatever kind.</param>
/// <param name="KnownBy">How it is known, and what is not known of it.</param>
public sealed record CounterHolder(CounterHolderKind Kind, int? Pid, string Name, int Events, string KnownBy)
{
    /// <summary>Whether it is the process that asks.</summary>
    public bool IsThisProcess => Pid == Environment.ProcessId;

    /// <summary>Who it is, such as <c>perf (pid 812, 3 events)</c>.</summary>
    public override string ToString() => Kind switch
    {
        CounterHolderKind.HardLockupDetector => Name,
        CounterHolderKind.VirtualMachine => $"{Name} (pid {Pid}, virtual machine)",
        _ => $"{(IsThisProcess ? "this process" : Name)} (pid {Pid}, {Events} {(Events == 1 ? "event" : "events")})",
    };
}
