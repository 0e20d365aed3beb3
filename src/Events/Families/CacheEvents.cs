using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>
/// Generic cache events: PERF_TYPE_HW_CACHE, with config = cache | operation &lt;&lt; 8 | result &lt;&lt; 16. Only the combinations that
/// perf knows: nothing is stored through an instruction cache.
/// </summary>
internal sealed class CacheEvents : EventFamily
{
    private static readonly (string Name, string Description, string Operations)[] s_caches =
    [
        ("L1-dcache", "first-level data cache", "RWP"),
        ("L1-icache", "first-level instruction cache", "RP"),
        ("LLC", "last-level cache", "RWP"),
        ("dTLB", "data TLB", "RWP"),
        ("iTLB", "instruction TLB", "R"),
        ("branch", "branch predictor", "R"),
        ("node", "memory of the own NUMA node", "RWP"),
    ];

    private static readonly (char Letter, string One, string Many, string Description)[] s_operations =
    [
        ('R', "load", "loads", "Loads from"),
        ('W', "store", "stores", "Stores to"),
        ('P', "prefetch", "prefetches", "Prefetches to"),
    ];

    private static readonly NamedEvent[] s_events = [.. Combine()];

    private static readonly Dictionary<string, NamedEvent> s_byName = NamedEvent.ByName(s_events);

    /// <inheritdoc/>
    public override string Name => "cache";

    public static NamedEvent? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context)
    {
        if (syntax.Terms is not null || Find(syntax.Name.ToString()) is not { } named)
        {
            return false;
        }

        return context.RefuseParts(syntax) || CoreEvents.Add(syntax, context, EventType.HardwareCache, named.Config);
    }

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) =>
        s_events.Select(named => Entry(named.Name, named.ToString(), host.Pmus.CorePmus.Count > 0));

    /// <inheritdoc/>
    public override IEnumerable<string> Names(HostDescription host) => s_byName.Keys;

    private static IEnumerable<NamedEvent> Combine()
    {
        for (var cache = 0; cache < s_caches.Length; cache++)
        {
            for (var operation = 0; operation < s_operations.Length; operation++)
            {
                if (s_caches[cache].Operations.Contains(s_operations[operation].Letter, StringComparison.Ordinal))
                {
                    var (name, where, _) = s_caches[cache];
                    var (_, one, many, what) = s_operations[operation];
                    var config = (ulong)(uint)cache | (ulong)(uint)operation << 8;
                    yield return new(config, $"{name}-{many}", $"{what} the {where}");
                    yield return new(config | 1UL << 16, $"{name}-{one}-misses", $"{what} the {where} that missed");
                }
            }
        }
    }
}
