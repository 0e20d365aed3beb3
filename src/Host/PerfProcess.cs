namespace Perfmon.Host;

/// <summary>A process that has perf events open or runs a KVM virtual machine.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Name">Its name (<c>comm</c>, 15 bytes at most).</param>
/// <param name="Events">How many descriptors of perf events it has, of whatever kind: of counters, tracepoints, software events.</param>
/// <param name="IsVirtualMachine">Whether it has <c>/dev/kvm</c> or a virtual machine of it open.</param>
public sealed record PerfProcess(int Pid, string Name, int Events, bool IsVirtualMachine);
