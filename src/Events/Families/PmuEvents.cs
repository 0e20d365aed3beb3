using Perfmon.Diagnostics;
using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>
/// Events of any PMU in sysfs, <c>pmu/term,term=value/</c>: its formats, its named events, <c>config</c> to <c>config4</c>,
/// <c>period</c>, <c>name</c>; on a core also the generic names and <c>rNNN</c>. <c>uncore_imc*/…/</c> and <c>uncore_imc/…/</c> stand
/// for every PMU of the name.
/// </summary>
internal sealed class PmuEvents : EventFamily
{
    private const int MostNamed = 12;

    private static readonly string[] s_ownTerms = ["period", "name"];
    private static readonly string[] s_kernelPmus = ["software", "tracepoint", "breakpoint", "kprobe", "uprobe"];

    /// <inheritdoc/>
    public override string Name => "pmu";

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context)
    {
        if (syntax.Terms is null)
        {
            return false;
        }

        var name = syntax.Name.ToString();
        var pmus = Find(name, context.Host.Pmus);
        if (pmus.Count == 0)
        {
            return FailUnknownPmu(syntax, context);
        }

        foreach (var pmu in pmus)
        {
            if (Encode(syntax, pmu, context) is not { } request)
            {
                return true;
            }

            context.Add(syntax, RuleOf(pmu), request);
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Explain(EventSyntax syntax, ParseContext context)
    {
        var name = syntax.Name.ToString();
        return syntax.IsPlain
            && context.Host.Pmus.All.FirstOrDefault(pmu => pmu.Events.ContainsKey(name)) is { } pmu
            && context.Fail(syntax.Name, $"'{name}' is an event of the PMU {pmu.Name}", $"{pmu.Name}/{name}/", PerfmonReason.UnknownEvent);
    }

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) => host.Pmus.All.SelectMany(pmu => pmu.Events.Values
        .OrderBy(named => named.Name, StringComparer.Ordinal)
        .Select(named => Entry($"{pmu.Name}/{named.Name}/", Describe(named)))
        .Concat(pmu.Formats.Count > 0 ? [Form($"{pmu.Name}/TERM=VALUE,…/", DescribeTerms(pmu))] : []));

    /// <summary>The PMU of that name; or those that match it; or the instances that have it before a number, as <c>uncore_imc_0</c>.</summary>
    private static List<Pmu> Find(string name, PmuDirectory pmus)
    {
        if (pmus.Find(name) is { } exact)
        {
            return [exact];
        }

        return [.. pmus.All.Where(pmu => NamePattern.IsPattern(name) ? NamePattern.Matches(name, pmu.Name) : IsInstance(name, pmu.Name))];
    }

    private static bool IsInstance(string name, string instance) =>
        instance.Length > name.Length + 1
        && instance.StartsWith(name, StringComparison.Ordinal)
        && instance[name.Length] == '_'
        && !instance.AsSpan(name.Length + 1).ContainsAnyExceptInRange('0', '9');

    private static ModifierRule RuleOf(Pmu pmu) =>
        s_kernelPmus.Contains(pmu.Name) ? ModifierRule.Kernel($"events of the PMU {pmu.Name}")
        : pmu.IsSystemWideOnly || pmu.Name == "msr" ? ModifierRule.Nothing(pmu.Name)
        : ModifierRule.Core;

    /// <summary>The event that the terms make on one PMU; null where there is an error in <paramref name="context"/>.</summary>
    private static EventRequest? Encode(EventSyntax syntax, Pmu pmu, ParseContext context)
    {
        var encoder = new PmuEncoder(pmu);
        var generic = default(EventSelection?);
        var alone = syntax.Terms!.Count(term => !s_ownTerms.Contains(term.Key.ToString())) == 1;
        var request = new EventRequest
        {
            Name = pmu.Name + syntax.Body.Slice(syntax.Name.Length),
            Pmu = pmu.Name,
            Selection = default,
            Cpus = CoreEvents.CpusOf(pmu, context.Host),
            SystemWideOnly = pmu.IsSystemWideOnly,
        };
        foreach (var term in syntax.Terms!)
        {
            var key = term.Key.ToString();
            string? error = null;
            if (s_ownTerms.Contains(key) && term.Value is { } own)
            {
                if (key == "name")
                {
                    request = request with { Name = own.ToString() };
                }
                else if (EventModifiers.ReadPeriod(own, own, out var period) is { } wrong)
                {
                    context.Fail(own, wrong.Message);
                    return null;
                }
                else
                {
                    request = request with { Period = period };
                }
            }
            else if (term.Value is null && alone && pmu.IsCore && FindGeneric(key, pmu, context.Host) is { } found)
            {
                generic = found;
            }
            else if (term.Value is null && pmu.Events.TryGetValue(key, out var named))
            {
                request = request with { Unit = named.Unit, Scale = named.Scale };
                encoder.TrySetEvent(named, out error);
            }
            else if (encoder.Knows(key))
            {
                encoder.TrySet(key, term.Value?.ToString(), out error);
            }
            else
            {
                FailUnknown(term, pmu, encoder, context);
                return null;
            }

            if (error is not null)
            {
                context.Fail(term.Wrong, error);
                return null;
            }
        }

        if (encoder.Open.Count > 0)
        {
            context.Fail(syntax.Body, $"the event needs a value for {string.Join(", ", encoder.Open)}, as {encoder.Open[0]}=1");
            return null;
        }

        return request with { Selection = generic ?? encoder.Selection };
    }

    /// <summary>A generic name on this kind of core, and <c>rNNN</c>.</summary>
    private static EventSelection? FindGeneric(string name, Pmu core, HostDescription host) =>
        HardwareEvents.Find(name) is { } hardware ? CoreEvents.On(core, host, EventType.Hardware, hardware.Config)
        : CacheEvents.Find(name) is { } cache ? CoreEvents.On(core, host, EventType.HardwareCache, cache.Config)
        : RawEvents.TryParse(name, out var raw) && !core.Formats.ContainsKey(name) ? CoreEvents.On(core, host, EventType.Raw, raw)
        : null;

    private static bool FailUnknownPmu(EventSyntax syntax, ParseContext context)
    {
        var known = context.Host.Pmus.All.Select(pmu => pmu.Name).ToList();
        var some = string.Join(", ", known.Take(MostNamed)) + (known.Count > MostNamed ? ", …" : "");
        return context.Fail(
            syntax.Name,
            $"this machine has no PMU {syntax.Name.Quoted}: it has {(known.Count == 0 ? "none" : some)}",
            NearestName.Find(syntax.Name.ToString(), known),
            PerfmonReason.NotSupported);
    }

    private static void FailUnknown(EventTerm term, Pmu pmu, PmuEncoder encoder, ParseContext context)
    {
        var names = encoder.Terms.Concat(pmu.Events.Keys).Concat(s_ownTerms);
        var terms = string.Join(", ", encoder.Terms.Concat(s_ownTerms).Order(StringComparer.Ordinal));
        context.Fail(
            term.Key,
            $"the PMU {pmu.Name} has no term or event {term.Key.Quoted}: its terms are {terms}",
            NearestName.Find(term.Key.ToString(), names),
            PerfmonReason.UnknownEvent);
    }

    private static string Describe(PmuEvent named) => named.Unit is null ? named.Terms : $"{named.Terms}, in {named.Unit}";

    private static string DescribeTerms(Pmu pmu) =>
        string.Join(", ", pmu.Formats.Values.OrderBy(format => format.Name, StringComparer.Ordinal).Select(format => $"{format.Name} ({format})"));
}
