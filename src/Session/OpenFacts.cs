using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>What of this machine explains that an event could not be opened.</summary>
internal static class OpenFacts
{
    private static readonly string[] s_modules = ["kvm_intel", "kvm_amd"];

    public static MachineFacts Of(HostDescription host, Errno error)
    {
        // Limits change while a process runs; the rest of the description does not. They are asked for only where they are the reason:
        // to count the open files takes longer than the kernel's answer.
        var limits = error == Errno.EMFILE ? HostDescription.Read(host.Roots).Limits : null;
        return new MachineFacts
        {
            Paranoid = host.Settings.PerfEventParanoid,
            MayMonitorAll = host.User.MayMonitorAll,
            MayTraceAll = host.User.Holds(Capability.SysPtrace),
            IsFiltered = host.User.Seccomp == SeccompMode.Filter,
            IsVirtualMachine = host.Cpu.IsVirtualMachine == true,
            MediatesPmu = MediatesPmu(host.Roots),
            HasCorePmu = host.Pmus.CorePmus.Count > 0,
            OpenFilesSoft = limits?.OpenFiles?.Soft,
            OpenFilesHard = limits?.OpenFiles?.Hard,
            OpenFileCount = limits?.OpenFileCount,
            OnlineCpus = host.Cpus.Online.ToString(),
        };
    }

    private static bool MediatesPmu(HostRoots roots)
    {
        var reader = new HostReader(roots);
        return s_modules.Any(module => reader.Text(reader.Sys($"module/{module}/parameters/enable_mediated_pmu")) == "Y");
    }
}
