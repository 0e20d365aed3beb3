using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>
/// Events that every kind of core has. Where a machine has several kinds, each is a PMU of its own, and an event that names none stands
/// for one on each: the kernel takes the PMU's type in the upper half of config, or as the type of a raw event.
/// </summary>
internal static class CoreEvents
{
    private const int PmuTypeShift = 32;

    /// <summary>Adds the event on the core's PMU, or on each kind of core. True, as <see cref="ParseContext.Fail"/>.</summary>
    public static bool Add(EventSyntax syntax, ParseContext context, uint type, ulong config)
    {
        var cores = context.Host.Pmus.CorePmus;
        if (cores.Count < 2)
        {
            return context.Add(syntax, ModifierRule.Core, new EventRequest
            {
                Name = syntax.Name.ToString(),
                Pmu = cores.Count == 1 ? cores[0].Name : "cpu",
                Selection = new() { Type = type, Config = config },
                Futility = Futility(context.Host, cores.Count == 1 ? cores[0] : null, type, config),
            });
        }

        foreach (var core in cores)
        {
            context.Add(syntax, ModifierRule.Core, new EventRequest
            {
                Name = $"{core.Name}/{syntax.Name}/",
                Pmu = core.Name,
                Selection = On(core, context.Host, type, config),
                Cpus = CpusOf(core, context.Host),
                Futility = Futility(context.Host, core, type, config),
            });
        }

        return true;
    }

    /// <summary>The event on one kind of core.</summary>
    public static EventSelection On(Pmu core, HostDescription host, uint type, ulong config) => type == EventType.Raw
        ? new() { Type = core.Type, Config = config }
        : new() { Type = type, Config = IsHybrid(host) ? config | (ulong)core.Type << PmuTypeShift : config };

    /// <summary>The CPUs on which an event of <paramref name="pmu"/> exists; null for all.</summary>
    public static CpuList? CpusOf(Pmu pmu, HostDescription host) => pmu.CpuMask ?? (IsHybrid(host) ? pmu.Cpus : null);

    // The kernel translates the generic events, and refuses those that the CPU lacks.
    private static string? Futility(HostDescription host, Pmu? core, uint type, ulong config) =>
        core is null || type != EventType.Raw ? null : ArmCommonEvents.WhyNotCounted(host, core, config);

    private static bool IsHybrid(HostDescription host) => host.Pmus.CorePmus.Count > 1;
}
