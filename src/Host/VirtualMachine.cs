namespace Perfmon.Host;

/// <summary>A process that runs KVM virtual machines (a VMM), and the threads that run their vCPUs, as they were when it was looked at.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Name">Its name (<c>comm</c>, 15 bytes at most).</param>
public sealed record VirtualMachine(int ProcessId, string Name)
{
    /// <summary>
    /// How many descriptors of virtual machines it has open (links <c>anon_inode:kvm-vm</c>): one as a rule, each a machine of its own unless it was duplicated.
    /// Null where this user may not look.
    /// </summary>
    public int? Machines { get; init; }

    /// <summary>KVM's numbers of the vCPUs that it has descriptors of (<c>anon_inode:kvm-vcpu:N</c>), in increasing order; empty where this user may not look.</summary>
    public IReadOnlyList<int> VcpuNumbers { get; init; } = [];

    /// <summary>The vCPUs whose threads are known, by number.</summary>
    public IReadOnlyList<VcpuThread> Vcpus { get; init; } = [];

    /// <summary>Who told the threads.</summary>
    public VcpuSource Source { get; init; }

    /// <summary>
    /// Whether the numbers of <see cref="Vcpus"/> are KVM's, as in <see cref="VcpuNumbers"/> and KVM's tracepoints. Elsewhere they are the VMM's own, which differ where
    /// KVM's are APIC ids: a QEMU with three cores a socket counts 0 to 5, and KVM 0, 1, 2, 4, 5, 6.
    /// </summary>
    public bool AreNumbersOfKvm { get; init; } = true;

    /// <summary>What could not be found out and why, what contradicts itself, and what mends it: a line each. Empty when every vCPU has its thread.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} (process {ProcessId}), vCPUs {(Vcpus.Count == 0 ? "unknown" : string.Join(", ", Vcpus.Select(vcpu => vcpu.Vcpu)))}";
}
