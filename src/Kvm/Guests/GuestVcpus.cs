using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Guests;

/// <summary>
/// The vCPUs of a process's virtual machines and their threads, asked in this order: the monitor that was named (QMP), the names of threads, debugfs; and where none of them
/// knows, monitors that the process itself listens at. Who could not serve is said in <see cref="VirtualMachine.Problems"/>.
/// </summary>
public static class GuestVcpus
{
    /// <summary>The VMM that a process is.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="monitorSocket">The socket of QEMU's monitor, to be asked first; null for none.</param>
    /// <exception cref="PerfmonException">There is no such process, or it runs no virtual machine, or nothing that this user may see tells.</exception>
    public static VirtualMachine Find(int processId, string? monitorSocket = null) => Find(HostRoots.System, processId, monitorSocket);

    internal static VirtualMachine Find(HostRoots roots, int processId, string? monitorSocket)
    {
        var machine = VirtualMachines.Find(roots, processId);
        if (monitorSocket is not null)
        {
            return Ask(roots, machine, monitorSocket);
        }

        if (machine.Vcpus.Count == 0)
        {
            foreach (var socket in QmpSockets.Find(roots, processId))
            {
                machine = Ask(roots, machine, socket);
                if (machine.Vcpus.Count > 0)
                {
                    break;
                }
            }
        }

        return machine;
    }

    private static VirtualMachine Ask(HostRoots roots, VirtualMachine machine, string socket)
    {
        try
        {
            using var connection = QmpConnection.Open(socket);
            return QmpVcpus.Apply(connection, socket, machine, ProcessThreads.List(roots, machine.ProcessId) ?? []);
        }
        catch (PerfmonException refused)
        {
            return machine with { Problems = [refused.Message.ReplaceLineEndings(" "), .. machine.Problems] };
        }
    }
}
