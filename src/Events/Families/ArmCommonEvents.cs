using System.Runtime.CompilerServices;
using Perfmon.Host;

namespace Perfmon.Events.Families;

/// <summary>
/// Events of Arm's PMUv3 that a CPU lacks. The kernel opens them all the same and they count 0; but it shows in sysfs those common
/// events, of the ones it has names for, that the CPU says it implements (<c>PMCEID0_EL0</c>, <c>PMCEID1_EL0</c>).
/// </summary>
internal static class ArmCommonEvents
{
    private const ulong EventBits = 0xffff;

    // The event that joins two counters to one of 64 bits: the kernel's own.
    private const ulong Chain = 0x1e;

    // The last common events with names, in armv8_pmuv3_event_attrs, without a gap before them.
    private const ulong LastNamed = 0x30;
    private const ulong LastNamedSinceLinux510 = 0x3f;

    // Every event that is parsed asks, and what a PMU shows never changes.
    private static readonly ConditionalWeakTable<Pmu, HashSet<ulong>> s_shown = [];

    /// <summary>Why <paramref name="config"/> counts nothing on <paramref name="pmu"/>; null where it counts, or nothing is known.</summary>
    public static string? WhyNotCounted(HostDescription host, Pmu pmu, ulong config)
    {
        var number = config & EventBits;
        if (!pmu.IsArm || number == Chain || number > (host.Kernel.AtLeast(5, 10) ? LastNamedSinceLinux510 : LastNamed))
        {
            return null;
        }

        // None at all: what the kernel shows is not known.
        var shown = s_shown.GetValue(pmu, Shown);
        return shown.Count == 0 || shown.Contains(number) ? null : $"this CPU does not implement it (event 0x{number:x2} is not among those that {pmu.Name} shows)";
    }

    private static HashSet<ulong> Shown(Pmu pmu) => [.. pmu.Events.Values.Select(named => Number(pmu, named)).OfType<ulong>()];

    private static ulong? Number(Pmu pmu, PmuEvent named)
    {
        var encoder = new PmuEncoder(pmu);
        return encoder.TrySetEvent(named, out _) ? encoder.Selection.Config & EventBits : null;
    }
}
