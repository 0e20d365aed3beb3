using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>The thread that tries the counters of one CPU after the other: which CPUs it may run on is its own affair and ends with it.</summary>
internal static class BudgetThread
{
    /// <summary>Tries the counters of each of <paramref name="cpus"/> that this process may run on.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="events">What is tried.</param>
    /// <param name="cpus">The PMU's CPUs.</param>
    /// <param name="allowed">Where this process may run; null where that is unknown. Its limits are kept: others may be reserved.</param>
    /// <returns>The free counters, fewest first, and what could not be tried.</returns>
    public static (IReadOnlyList<FreeCounters> Free, string? Problem) Run(
        IPerfKernel kernel, TrialEvents events, IReadOnlyList<int> cpus, CpuList? allowed) =>
        Task.Factory.StartNew(
            () => TryAll(kernel, events, cpus, allowed),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).GetAwaiter().GetResult();

    private static (IReadOnlyList<FreeCounters> Free, string? Problem) TryAll(
        IPerfKernel kernel, TrialEvents events, IReadOnlyList<int> cpus, CpuList? allowed)
    {
        var tried = new List<(int Cpu, int Free)>();
        var untried = new List<(int Cpu, string Why)>();
        foreach (var cpu in cpus)
        {
            var (free, problem) = allowed?.Contains(cpu) == false ? (-1, "this process may not run there") : Try(kernel, events, cpu);
            if (problem is null)
            {
                tried.Add((cpu, free));
            }
            else
            {
                untried.Add((cpu, problem));
            }
        }

        var problems = from one in untried
                       group one.Cpu by one.Why into alike
                       select $"{FreeCounters.Name(CpuList.Of([.. alike]))} {(alike.Count() == 1 ? "was" : "were")} not tried: {alike.Key}";
        return (Together(tried), untried.Count == 0 ? null : string.Join("; ", problems));
    }

    private static (int Free, string? Problem) Try(IPerfKernel kernel, TrialEvents events, int cpu)
    {
        var moved = kernel.RunOnlyOn(cpu);
        return moved.Failed ? (-1, $"sched_setaffinity: {moved.Error}") : CounterTrial.Run(kernel, events, cpu);
    }

    private static List<FreeCounters> Together(List<(int Cpu, int Free)> tried) =>
    [
        .. from one in tried
           group one.Cpu by one.Free into alike
           orderby alike.Key
           select new FreeCounters(CpuList.Of([.. alike]), alike.Key),
    ];
}
