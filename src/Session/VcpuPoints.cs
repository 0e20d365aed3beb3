using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>Where a session on a virtual machine attaches: the threads that run its vCPUs now.</summary>
/// <param name="Threads">The threads, by the numbers of their vCPUs.</param>
/// <param name="WatchedId">Whose end is the target's end: the process, or the only vCPU's thread.</param>
/// <param name="IsThread">Whether that is a thread.</param>
/// <param name="Notice">What must be known, such as vCPUs that are missing; null when all are there.</param>
internal sealed record VcpuPoints(IReadOnlyList<int> Threads, int WatchedId, bool IsThread, string? Notice)
{
    /// <exception cref="PerfmonException">The process runs no virtual machine, or no thread is known to run the vCPU.</exception>
    public static VcpuPoints Find(HostDescription host, VirtualMachineTarget target, string verb)
    {
        var machine = VirtualMachines.Find(host.Roots, target.ProcessId);
        var vcpus = machine.Vcpus.Where(vcpu => target.Number is null || target.Number == vcpu.Vcpu).ToList();
        return vcpus switch
        {
            [] => throw SessionErrors.NoVcpus(verb, target, machine),
            [_, _, ..] when target.Number is not null => throw SessionErrors.SeveralVcpus(verb, target, vcpus),
            [var only] when target.Number is not null => new VcpuPoints([only.ThreadId], only.ThreadId, IsThread: true, Doubts(machine, onlyNumbers: true)),
            _ => new VcpuPoints([.. vcpus.Select(vcpu => vcpu.ThreadId)], target.ProcessId, IsThread: false, Doubts(machine, onlyNumbers: false)),
        };
    }

    /// <summary>Watches for the target's end.</summary>
    public ExitWatch? Watch(IPerfKernel kernel, HostDescription host) => ExitWatch.Open(kernel, host, WatchedId, IsThread);

    private static string? Doubts(VirtualMachine machine, bool onlyNumbers) =>
        machine.Problems.Count == 0 || (onlyNumbers && machine.AreNumbersOfKvm)
            ? null
            : $"Process {machine.ProcessId}: {string.Join(' ', machine.Problems)}";
}
