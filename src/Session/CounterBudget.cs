using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>
/// How many counters of a core PMU are free at this moment, CPU by CPU, and who may hold the rest. A free counter is one that an event
/// would keep all the time; flexible events of others, which take turns, leave it free.
/// </summary>
/// <remarks>
/// <para>
/// The number is found by trying: a thread of its own goes from CPU to CPU, as far as this process may run there, opens pinned events
/// until one gets no counter, and closes them. For the length of these calls, four for each counter, flexible events on the CPU may
/// wait; no pinned event of others loses its counter. Counters that pinned events of other threads have are free whenever those
/// threads do not run.
/// </para>
/// <para>A free counter may be one that counts one event only: Arm's cycle counter, and the fixed ones of Intel.</para>
/// <para>A thread can be counted in user mode by every user, unless <c>kernel.perf_event_paranoid</c> is above 2.</para>
/// </remarks>
public sealed record CounterBudget
{
    /// <summary>The PMU.</summary>
    public required Pmu Pmu { get; init; }

    /// <summary>How many counters each of its CPUs has: the largest group of the events that were tried. Null where it is unknown.</summary>
    public int? Total { get; init; }

    /// <summary>How many are free, CPUs with the same number together, the fewest first; empty where <see cref="Problem"/> says why.</summary>
    public required IReadOnlyList<FreeCounters> FreeByCpu { get; init; }

    /// <summary>How many are free on every CPU that was tried; null where that is unknown.</summary>
    public int? Free => FreeByCpu is [var fewest, ..] ? fewest.Free : null;

    /// <summary>Whether every counter of every CPU that was tried is free; null where that is unknown.</summary>
    public bool? IsAllFree => Free is { } free && Total is { } total ? free >= total : null;

    /// <summary>What was tried, in words; null where nothing could be.</summary>
    public string? Tried { get; init; }

    /// <summary>What could not be tried, and why; null where all could.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// Who may hold what is not free, or share what is: processes with perf events, virtual machines, the kernel's hard lockup
    /// detector. Events of the kernel's own, of eBPF programs for one, are not seen.
    /// </summary>
    public required IReadOnlyList<CounterHolder> Holders { get; init; }

    /// <summary>How many processes this user may not look at; any of them may hold counters.</summary>
    public int ProcessesNotReadable { get; init; }

    /// <summary>Whether other users' processes are hidden from this user altogether (procfs's mount option hidepid).</summary>
    public bool AreProcessesHidden { get; init; }

    /// <summary>Probes each core PMU of the running machine; none where it has none.</summary>
    public static IReadOnlyList<CounterBudget> Probe() => Probe(LinuxKernel.Instance, HostDescription.Current);

    internal static IReadOnlyList<CounterBudget> Probe(IPerfKernel kernel, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var pmus = host.Pmus.CorePmus;
        if (pmus.Count == 0)
        {
            return [];
        }

        // CPUs and settings as they are now: a description is a snapshot.
        var now = HostDescription.Read(host.Roots);
        var budgets = pmus.Select(pmu => Probe(kernel, now, pmu, pmus.Count == 1)).ToList();

        // Last, when the events of the probe itself are closed.
        var processes = PerfProcesses.Read(host.Roots);
        return
        [
            .. budgets.Select(budget => budget with
            {
                Holders = [.. CounterHolders.Of(processes), .. CounterHolders.OfKernel(now.Settings, budget.Total, budget.FreeByCpu)],
                ProcessesNotReadable = processes.NotReadable,
                AreProcessesHidden = processes.AreOthersHidden,
            }),
        ];
    }

    private static CounterBudget Probe(IPerfKernel kernel, HostDescription now, Pmu pmu, bool isOnly)
    {
        var (events, refusal) = TrialEvents.For(kernel, pmu, isOnly);
        if (events is null)
        {
            return new CounterBudget { Pmu = pmu, FreeByCpu = [], Holders = [], Problem = $"perf_event_open: {refusal}" };
        }

        var (size, last) = LargestGroup.Of(kernel, events.All);
        var cpus = now.Cpus.Online.Where(cpu => pmu.Cpus?.Contains(cpu) != false).ToList();
        var (free, problem) = BudgetThread.Run(kernel, events, cpus, now.User.Cpus);
        return new CounterBudget
        {
            Pmu = pmu,
            Total = last == Errno.EINVAL ? size : null,
            FreeByCpu = free,
            Tried = events.Description,
            Problem = problem,
            Holders = [],
        };
    }

    /// <summary>One line, such as <c>armv8_pmuv3: 4 of 7 counters free on CPU 0; may be held by: perf (pid 812, 3 events)</c>.</summary>
    public override string ToString() => CounterBudgetText.Of(this);
}
