using Perfmon.Host;

namespace Perfmon.Session;

/// <summary>Who may hold counters, as the kernel's settings and procfs tell.</summary>
internal static class CounterHolders
{
    public static IEnumerable<CounterHolder> Of(PerfProcesses processes)
    {
        foreach (var process in processes.Found)
        {
            if (process.Events > 0)
            {
                yield return new CounterHolder(
                    CounterHolderKind.Process,
                    process.Pid,
                    process.Name,
                    process.Events,
                    $"/proc/{process.Pid}/fd has descriptors of perf events; which of them have counters is not known");
            }

            if (process.IsVirtualMachine)
            {
                yield return new CounterHolder(
                    CounterHolderKind.VirtualMachine,
                    process.Pid,
                    process.Name,
                    process.Events,
                    $"/proc/{process.Pid}/fd has KVM open; where the machine has a PMU, it takes counters while its virtual CPUs run");
            }
        }
    }

    /// <summary>The hard lockup detector, if it can be what takes a counter: it would take one of each CPU.</summary>
    public static IEnumerable<CounterHolder> OfKernel(KernelSettings settings, int? total, IReadOnlyList<FreeCounters> free)
    {
        if (settings.NmiWatchdog == 1 && free.Count > 0 && free.All(place => place.Free < total))
        {
            yield return new CounterHolder(
                CounterHolderKind.HardLockupDetector,
                null,
                "the hard lockup detector",
                0,
                "kernel.nmi_watchdog is 1; the detector takes one counter of each CPU where it uses perf, which the kernel does not tell");
        }
    }
}
