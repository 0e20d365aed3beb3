using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// Where <c>exclude_host</c> and <c>exclude_guest</c> mean something: at counters of PMUs, which are switched when the CPU enters a guest. Software events,
/// tracepoints, breakpoints and probes happen on the host; the kernel takes both bits there and counts as before, so that the host's events would pass for the
/// guest's. Such requests are refused before the kernel is asked. The msr PMU refuses them itself.
/// </summary>
internal static class GuestModes
{
    private const Exclusions Either = Exclusions.Host | Exclusions.Guest;

    /// <summary>Why the event cannot be told guest from host; null where it can, or nobody asks.</summary>
    /// <param name="verb">What was to be done with it, count or sample.</param>
    /// <param name="name">The event.</param>
    /// <param name="selection">What is counted.</param>
    /// <param name="context">Its PMU.</param>
    /// <param name="target">Whom it is counted on.</param>
    public static PerfmonException? Refuse(string verb, string name, in EventSelection selection, in PmuContext context, Target target) =>
        (selection.Exclude & Either) != 0 && context is { IsScarce: false, Name: not "msr" }
            ? SessionErrors.IgnoresGuests(verb, name, target, context.Name, selection.Exclude)
            : null;

    /// <summary>Whether an event is of a core's PMU and counts what guests do, too.</summary>
    public static bool CountsGuests(in EventSelection selection, PmuContext context, PmuDirectory pmus) =>
        (selection.Exclude & Exclusions.Guest) == 0
        && (context.Key == EventType.Raw || pmus.CorePmus.Any(pmu => pmu.Type == context.Key));

    /// <summary>The first of several that cannot, and why.</summary>
    public static (PlannedCounter Counter, PerfmonException Refusal)? FindRefused(string verb, IReadOnlyList<PlannedCounter> counters, Target target)
    {
        foreach (var counter in counters)
        {
            if (Refuse(verb, counter.Name, counter.Selection, counter.Context, target) is { } refusal)
            {
                return (counter, refusal);
            }
        }

        return null;
    }
}
