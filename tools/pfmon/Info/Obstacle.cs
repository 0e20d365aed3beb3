using Perfmon.Host;
using Perfmon.Session;

namespace Perfmon.Tool.Info;

/// <summary>Something that cannot be counted here, why, and the one thing that mends it.</summary>
/// <param name="What">What is not possible.</param>
/// <param name="Why">The fact of this machine behind it.</param>
/// <param name="Cure">A command, or what to do where no command does it.</param>
internal sealed record Obstacle(string What, string Why, string Cure)
{
    private const ulong FewOpenFiles = 4096;

    /// <summary>The obstacles of a machine and user, the ones that hinder most first.</summary>
    public static IEnumerable<Obstacle> Find(HostDescription host, IReadOnlyList<CounterBudget> counters, bool hasLibPfm)
    {
        var user = host.User;
        var paranoid = host.Settings.PerfEventParanoid;
        if (paranoid is null)
        {
            yield return new("Nothing can be counted.", "This kernel has no perf events (/proc/sys/kernel/perf_event_paranoid is missing).", "Run a kernel with CONFIG_PERF_EVENTS.");
            yield break;
        }

        if (!user.MayMonitorAll && paranoid > 0)
        {
            var what = paranoid switch
            {
                > 2 => "Nothing can be counted",
                2 => "Kernel mode and whole CPUs cannot be counted",
                _ => "Whole CPUs cannot be counted",
            };
            var level = $"kernel.perf_event_paranoid is {paranoid}";
            yield return user.IsInInitialUserNamespace
                ? new($"{what} by this user.", $"{level}, and CAP_PERFMON is not held.", "sudo sysctl kernel.perf_event_paranoid=0")
                : new($"{what} here.", $"{level}, and capabilities of a user namespace do not count.", "On the host:  sudo sysctl kernel.perf_event_paranoid=0");
        }

        if (host.Pmus.CorePmus.Count == 0)
        {
            yield return host.Cpu.IsVirtualMachine == true
                ? new("Cycles, instructions and other hardware events cannot be counted.", "This is a virtual machine whose host gives it no PMU.", "Start it with one (QEMU:  -cpu host,pmu=on), or count software events and tracepoints:  pfmon list")
                : new("Cycles, instructions and other hardware events cannot be counted.", "The kernel found no PMU.", "See why:  sudo dmesg | grep -i -e perf -e pmu");
        }

        if (!host.TraceFs.IsMounted)
        {
            yield return new("Tracepoints cannot be counted.", "tracefs is not mounted.", "sudo mount -t tracefs -o mode=755 tracefs /sys/kernel/tracing");
        }
        else if (!host.TraceFs.IsReadable)
        {
            yield return new("Tracepoints cannot be counted by this user.", $"{host.TraceFs.Path} may be read by root only.", $"sudo mount -o remount,mode=750,gid=$(id -g) {host.TraceFs.Path}");
        }

        if (user.Seccomp == SeccompMode.Filter)
        {
            yield return new("Some calls may be refused.", "A seccomp filter stands before system calls, as in most containers.", "If they are: run the container with --cap-add PERFMON and a seccomp profile that lets perf_event_open pass.");
        }

        if (counters.FirstOrDefault(budget => budget.Holders.Any(holder => holder.Kind == CounterHolderKind.HardLockupDetector)) is { } taken)
        {
            yield return new(
                "One counter of each CPU may be taken by the hard lockup detector.",
                $"kernel.nmi_watchdog is 1, and {taken.Free} of {taken.Total} counters of {taken.Pmu} are free.",
                "sudo sysctl kernel.nmi_watchdog=0");
        }

        if (!user.MayMonitorAll && !user.Holds(Capability.SysPtrace))
        {
            yield return new("Processes of other users cannot be counted.", "Neither CAP_PERFMON nor CAP_SYS_PTRACE is held.", "Run as root or as their user:  sudo pfmon …");
        }

        if (host.Limits.OpenFiles is { Soft: < FewOpenFiles } files)
        {
            var most = Math.Min(files.Hard, 65536);
            yield return new("Many events on many threads or CPUs cannot be counted.", $"Each needs a descriptor, and {files.Soft:N0} may be open.", $"ulimit -n {most}");
        }

        if (!hasLibPfm)
        {
            yield return new("The vendors' own event names are not understood.", "libpfm4 is not installed.", "sudo apt-get install libpfm4");
        }
    }

    /// <summary>A capability as the kernel spells it.</summary>
    public static string KernelName(Capability capability) => capability switch
    {
        Capability.IpcLock => "CAP_IPC_LOCK",
        Capability.SysPtrace => "CAP_SYS_PTRACE",
        Capability.SysAdmin => "CAP_SYS_ADMIN",
        Capability.SysResource => "CAP_SYS_RESOURCE",
        Capability.Syslog => "CAP_SYSLOG",
        Capability.Perfmon => "CAP_PERFMON",
        _ => $"capability {(int)capability}",
    };
}
