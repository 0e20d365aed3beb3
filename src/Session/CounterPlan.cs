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
    private CounterPlan(IReadOnlyList<PlannedCounter> counters, IReadOnlyList<IReadOnlyList<PlannedCounter>> groups, Turns turns)
    {
        Counters = counters;
        Groups = groups;
        Turns = turns;
    }

    /// <summary>The counters, by <see cref="PlannedCounter.Index"/>.</summary>
    public IReadOnlyList<PlannedCounter> Counters { get; }

    /// <summary>The same counters as kernel groups; the first of each leads.</summary>
    public IReadOnlyList<IReadOnlyList<PlannedCounter>> Groups { get; }

    /// <summary>When the set has its turn.</summary>
    public Turns Turns { get; }

    /// <exception cref="PerfmonException">PMC values mean no event (EINVAL).</exception>
    public static CounterPlan Of(RegisterSet registers, IReadOnlyDictionary<int, CounterLabel> labels, PlanRules rules)
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
                var endsTurn = rules.OverflowsEndTurns && registers.Pmd(pmd)!.Attributes is { OverflowSwitchCount: > 0 };
                counters.Add(new PlannedCounter(
                    pmd,
                    counters.Count,
                    selection,
                    label?.Name ?? $"PMD{pmd} (type {selection.Type}, config 0x{selection.Config:x})",
                    PmuContext.Of(selection, rules.Pmus),
                    label?.Cpus)
                {
                    Set = rules.Turns == Turns.All ? null : registers.Id,
                    EndsTurn = endsTurn,
                    SharesSlot = rules.SharesBreakpoints && !endsTurn && selection.Type == EventType.Breakpoint,
                });
            }
        }

        return new CounterPlan(counters, Group(counters, labels, rules.Scheduling), rules.Turns);
    }

    private static List<IReadOnlyList<PlannedCounter>> Group(
        List<PlannedCounter> counters, IReadOnlyDictionary<int, CounterLabel> labels, Scheduling scheduling) =>
        [.. counters
            .GroupBy(counter => Key(counter, labels.GetValueOrDefault(counter.Pmd)?.Group ?? -1, scheduling))
            .Select(group => group.OrderByDescending(counter => counter.EndsTurn).ToList())];

    // Counters with equal keys are opened as one group. A context with room for all is one group whatever was asked: it is read
    // with one call. A group the user wrote stays together; mixed with hardware, its software events join the hardware's group.
    // Breakpoints that share slots differ in what an open event can be told anew, and in nothing else.
    private static (ulong Context, int Group, string Cpus, EventSelection Slot) Key(PlannedCounter counter, int group, Scheduling scheduling)
    {
        var cpus = counter.Cpus?.ToString() ?? "";
        return counter.SharesSlot ? (counter.Context.Key, -1, cpus, BreakpointBank.KeyOf(counter))
            : counter.Context.IsScarce && group < 0 && scheduling == Scheduling.Independent ? (counter.Context.Key, ~counter.Index, cpus, default)
            : (counter.Context.Key, group, cpus, default);
    }
}

/// <summary>What the plan of a set depends on beside its registers.</summary>
/// <param name="Scheduling">Whether the events of one PMU must count at the same time.</param>
/// <param name="Pmus">The machine's PMUs.</param>
/// <param name="Turns">When the set has its turn.</param>
/// <param name="SharesBreakpoints">Whether breakpoints count on slots that are aimed anew.</param>
/// <param name="OverflowsEndTurns">Whether the set gives way when a PMD has overflowed often enough.</param>
internal readonly record struct PlanRules(
    Scheduling Scheduling, PmuDirectory Pmus, Turns Turns = Turns.All, bool SharesBreakpoints = false, bool OverflowsEndTurns = false);

/// <summary>When a set has its turn.</summary>
internal enum Turns
{
    /// <summary>Always: it is the only one.</summary>
    All,

    /// <summary>First, and then when it comes to it.</summary>
    First,

    /// <summary>When it comes to it.</summary>
    Later,
}
