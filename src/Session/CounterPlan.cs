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

    /// <summary>Whether something is done about single overflows.</summary>
    public bool TellsOverflows => Counters.Any(counter => counter.TellsOverflows);

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
                var attributes = registers.Pmd(pmd)!.Attributes;
                var tellsOverflows = attributes is not null && attributes.NeedsRecords(rules.Overflows.HasFormat);
                var endsTurn = rules.OverflowsEndTurns && attributes is { OverflowSwitchCount: > 0 };
                counters.Add(new PlannedCounter(
                    pmd,
                    counters.Count,
                    selection,
                    label?.Name ?? $"PMD{pmd} (type {selection.Type}, config 0x{selection.Config:x})",
                    PmuContext.Of(selection, rules.Pmus),
                    label?.Cpus)
                {
                    Set = rules.Turns == Turns.All ? null : registers.Id,
                    EndsTurn = endsTurn && !tellsOverflows,
                    TellsOverflows = tellsOverflows,
                    WakeupEvents = attributes is { Notifies: true } or { IsRandom: true } or { OverflowSwitchCount: > 0 } ? 1 : rules.Overflows.WakeupEvents,
                    SharesSlot = rules.SharesBreakpoints && !endsTurn && selection.Type == EventType.Breakpoint,
                });
            }
        }

        // The kernel tells values as of an overflow within a group. One may have counters of one PMU, and any software events.
        if (counters.Exists(counter => counter.TellsOverflows))
        {
            counters = counters.ConvertAll(counter => counter with { SharesSlot = false });
            if (counters.Where(counter => counter.Context.IsScarce).DistinctBy(counter => counter.Context.Key).Take(2).Count() < 2)
            {
                return new CounterPlan(counters, [LeadersFirst(counters)], rules.Turns);
            }
        }

        var plan = new CounterPlan(counters, Group(counters, labels, rules.Scheduling), rules.Turns);
        CheckMasks(registers, plan);
        return plan;
    }

    // What is sampled or reset at an overflow is in the group of the PMD that overflows, or does not count at all.
    private static void CheckMasks(RegisterSet registers, CounterPlan plan)
    {
        foreach (var group in plan.Groups)
        {
            foreach (var counter in group.Where(counter => counter.TellsOverflows))
            {
                var others = registers.Pmd(counter.Pmd)!.Attributes!.ResetPmds;
                others.UnionWith(registers.Pmd(counter.Pmd)!.Attributes!.SampledPmds);
                if (plan.Counters.FirstOrDefault(other => others.Contains(other.Pmd) && !group.Contains(other)) is { } apart)
                {
                    throw SessionErrors.NotTogether(counter.Pmd, apart.Pmd);
                }
            }
        }
    }

    private static List<PlannedCounter> LeadersFirst(IEnumerable<PlannedCounter> counters) =>
        [.. counters.OrderByDescending(counter => counter.EndsTurn || counter.TellsOverflows)];

    private static List<IReadOnlyList<PlannedCounter>> Group(
        List<PlannedCounter> counters, IReadOnlyDictionary<int, CounterLabel> labels, Scheduling scheduling) =>
        [.. counters
            .GroupBy(counter => Key(counter, labels.GetValueOrDefault(counter.Pmd)?.Group ?? -1, scheduling))
            .Select(LeadersFirst)];

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
/// <param name="Overflows">What is done about single overflows.</param>
internal readonly record struct PlanRules(
    Scheduling Scheduling,
    PmuDirectory Pmus,
    Turns Turns = Turns.All,
    bool SharesBreakpoints = false,
    bool OverflowsEndTurns = false,
    OverflowHandling Overflows = default);

/// <summary>What a session does about overflows beside what its PMDs' attributes say.</summary>
/// <param name="HasFormat">Whether a sampling format is asked at every overflow.</param>
/// <param name="WakeupEvents">After how many overflows that cause nothing else the format is asked; 0: when many wait.</param>
internal readonly record struct OverflowHandling(bool HasFormat, int WakeupEvents);

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
