using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>Generic events of a core, which the kernel translates to the CPU's own: PERF_TYPE_HARDWARE, <c>enum perf_hw_id</c>.</summary>
internal sealed class HardwareEvents : EventFamily
{
    private static readonly NamedEvent[] s_events =
    [
        new(0, "cpu-cycles", "Cycles of the core's clock, which changes with its frequency", "cycles"),
        new(1, "instructions", "Instructions retired"),
        new(2, "cache-references", "Accesses of the last-level cache, as a rule"),
        new(3, "cache-misses", "Misses of the last-level cache, as a rule"),
        new(4, "branch-instructions", "Branches retired", "branches"),
        new(5, "branch-misses", "Branches predicted wrong"),
        new(6, "bus-cycles", "Cycles of the bus"),
        new(7, "stalled-cycles-frontend", "Cycles in which no instruction was issued", "idle-cycles-frontend"),
        new(8, "stalled-cycles-backend", "Cycles in which no instruction could retire", "idle-cycles-backend"),
        new(9, "ref-cycles", "Cycles of a clock with constant frequency"),
    ];

    private static readonly Dictionary<string, NamedEvent> s_byName = NamedEvent.ByName(s_events);

    /// <inheritdoc/>
    public override string Name => "hardware";

    public static NamedEvent? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context)
    {
        if (syntax.Terms is not null || Find(syntax.Name.ToString()) is not { } named)
        {
            return false;
        }

        return context.RefuseParts(syntax) || CoreEvents.Add(syntax, context, EventType.Hardware, named.Config);
    }

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) =>
        s_events.Select(named => Entry(named.Name, named.ToString(), host.Pmus.CorePmus.Count > 0));

    /// <inheritdoc/>
    public override IEnumerable<string> Names(HostDescription host) => s_byName.Keys;
}
