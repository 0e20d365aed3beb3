using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>The thread that tries the counters of one CPU after the other: which CPUs it may run on is its own affair and ends with it.</summary>
internal static class BudgetThread
{
    /// <summary>Tries the counters of each of <paramref name="cpus"/>.</summary>
    /// <returns>The free counters, fewest first, and what could not be tried.</returns>
    public static (IReadOnlyList<FreeCounters> Free, string? Problem) Run(IPerfKernel kernel, TrialEvents events, CpuList cpus) =>
        Task.Factory.StartNew(
            () => TryAll(kernel, events, cpus),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).GetAwaiter().GetResult();

    private static (IReadOnlyList<FreeCounters> Free, string? Problem) TryAll(IPerfKernel kernel, TrialEvents events, CpuList cpus)
    {
        if (cpus.Count == 0)
        {
            return ([], "this process may run on none of its CPUs");
        }

        var tried = new List<(int Cpu, int Free)>();
        var untried = new List<int>();
        var problem = "";
        foreach (var cpu in cpus)
        {
            var moved = kernel.RunOnlyOn(cpu);
            var (free, failure) = moved.Failed ? (-1, $"sched_setaffinity: {moved.Error}") : CounterTrial.Run(kernel, events, cpu);
            if (failure is null)
            {
                tried.Add((cpu, free));
            }
            else
            {
                untried.Add(cpu);
                problem = failure;
            }
        }

        if (untried.Count == 0)
        {
            return (Together(tried), null);
        }

        // Where a filter forbids to choose a CPU, the one that the thread happens to be on is better than none.
        if (tried.Count == 0 && CounterTrial.Run(kernel, events, cpu: -1) is { Problem: null, Free: var anywhere })
        {
            return ([new FreeCounters(null, anywhere)], $"only the CPU that the probe ran on was tried: {problem}");
        }

        var place = new FreeCounters(CpuList.Of([.. untried]), 0).Place;
        return (Together(tried), $"{place} {(untried.Count == 1 ? "was" : "were")} not tried: {problem}");
    }

    private static List<FreeCounters> Together(List<(int Cpu, int Free)> tried) =>
    [
        .. from one in tried
           group one.Cpu by one.Free into alike
           orderby alike.Key
           select new FreeCounters(CpuList.Of([.. alike]), alike.Key),
    ];
}
