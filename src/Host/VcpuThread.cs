namespace Perfmon.Host;

/// <summary>A vCPU of a virtual machine, and the thread of its process that runs it.</summary>
/// <param name="Vcpu">The vCPU's number; see <see cref="VirtualMachine.AreNumbersOfKvm"/> for whose.</param>
/// <param name="ThreadId">The thread, by its kernel id.</param>
public sealed record VcpuThread(int Vcpu, int ThreadId)
{
    /// <summary>
    /// The virtual machine, by the number of its descriptor when it was made (debugfs's <c>kvm/PID-FD</c>), where debugfs told; null elsewhere. It tells
    /// several virtual machines of one process apart.
    /// </summary>
    public int? Machine { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"vCPU {Vcpu} (thread {ThreadId})";
}

/// <summary>Who said which threads run a virtual machine's vCPUs.</summary>
public enum VcpuSource
{
    /// <summary>Nobody could.</summary>
    None,

    /// <summary>The VMM itself: QEMU's monitor command <c>query-cpus-fast</c>.</summary>
    Monitor,

    /// <summary>The threads' names, which VMMs give them: QEMU's <c>CPU 0/KVM</c> and others.</summary>
    ThreadNames,

    /// <summary>The kernel: debugfs's <c>kvm/PID-FD/vcpuN/pid</c>, the thread that ran the vCPU last.</summary>
    DebugFs,
}
