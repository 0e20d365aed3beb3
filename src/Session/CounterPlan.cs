using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// What an event set asks of the kernel: its counters, in the groups they will be opened in. A pure function of registers and
/// options; inactive sets keep a plan and hold no counter.
/// </summary>
internal sealed class CounterPlan
{
    private CounterPlan(IReadOnlyList<PlannedCounter> counters, IReadOnlyList<IReadOnlyList<PlannedCounter>> groups)
    {
        Counters = counters;
        Groups = groups;
    }

    /// <summary>The counters, by <see cref="PlannedCounter.Index"/>.</summary>
    public IReadOnlyList<PlannedCounter> Counters { get; }

    /// <summary>The same counters as kernel groups; the first of each leads.</summary>
    public IReadOnlyList<IReadOnlyList<PlannedCounter>> Groups { get; }

    /// <exception cref="PerfmonException">PMC values mean no event (EINVAL).</exception>
    public static CounterPlan Of(
        RegisterSet registers, IReadOnlyDictionary<int, CounterLabel> labels, Scheduling scheduling, PmuDirectory pmus)
    {
        var counters = new List<PlannedCounter>();
        foreach (var pmd in registers.UsedPmds)
        {
            var setting = registers.Decode(pmd);
            if (setting.Error is { } error)
            {
                throw new PerfmonException(PerfmonReason.InvalidRequest, error, (int)Errno.EINVAL);
            }

            if (setting.IsEnabled)
            {
                var selection = setting.Selection;
                var label = labels.GetValueOrDefault(pmd);
                counters.Add(new PlannedCounter(
                    pmd,
                    counters.Count,
                    selection,
                    label?.Name ?? $"PMD{pmd} (type {selection.Type}, config 0x{selection.Config:x})",
                    PmuContext.Of(selection, pmus),
                    label?.Cpus));
            }
        }

        return new CounterPlan(counters, Group(counters, labels, scheduling));
    }

    private static List<IReadOnlyList<PlannedCounter>> Group(
        List<PlannedCounter> counters, IReadOnlyDictionary<int, CounterLabel> labels, Scheduling scheduling) =>
        [.. counters
            .GroupBy(counter => Key(counter, labels.GetValueOrDefault(counter.Pmd)?.Group ?? -1, scheduling))
            .Select(group => group.ToList())];

    // Counters with equal keys are opened as one group. A context with room for all is one group whatever was asked: it is read
    // with one call. A group the user wrote stays together; mixed with hardware, its software events join the hardware's group.
    private static (ulong Context, int Group, string Cpus) Key(PlannedCounter counter, int group, Scheduling scheduling)
    {
        var cpus = counter.Cpus?.ToString() ?? "";
        return counter.Context.IsScarce && group < 0 && scheduling == Scheduling.Independent
            ? (counter.Context.Key, ~counter.Index, cpus)
            : (counter.Context.Key, group, cpus);
    }
}
