using Perfmon.Diagnostics;
using Perfmon.Events.Syntax;
using Perfmon.Host;

namespace Perfmon.Events.Families;

/// <summary>
/// Events of any PMU in sysfs, <c>pmu/term,term=value/</c>: its formats, its named events, <c>config</c> to <c>config4</c>,
/// <c>period</c>, <c>name</c>; on a core also the generic names and <c>rNNN</c>. <c>uncore_imc*/…/</c> and <c>uncore_imc/…/</c> stand
/// for every PMU of the name.
/// </summary>
internal sealed class PmuEvents : EventFamily
{
    private const int MostNamed = 12;

    private static readonly string[] s_kernelPmus = ["software", "tracepoint", "breakpoint", "kprobe", "uprobe"];

    /// <inheritdoc/>
    public override string Name => "pmu";

    /// <summary>Whether <paramref name="instance"/> is one of the PMUs that <paramref name="name"/> stands for: it with a number behind, as uncore_imc_0.</summary>
    public static bool IsInstance(string name, string instance) =>
        instance.Length > name.Length + 1
        && instance.StartsWith(name, StringComparison.Ordinal)
        && instance[name.Length] == '_'
        && !instance.AsSpan(name.Length + 1).ContainsAnyExceptInRange('0', '9');

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
            if (new PmuEventReader(syntax, pmu, context).Read() is not { } request)
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

    /// <summary>The PMU of that name; or those that match it; or those with it before a number, as <c>uncore_imc_0</c>.</summary>
    private static List<Pmu> Find(string name, PmuDirectory pmus)
    {
        if (pmus.Find(name) is { } exact)
        {
            return [exact];
        }

        return [.. pmus.All.Where(pmu => NamePattern.IsPattern(name) ? Matches(name, pmu) : IsInstance(name, pmu.Name))];
    }

    // A probe needs a place, which no pattern gives: its PMU is meant by its name only.
    private static bool Matches(string pattern, Pmu pmu) =>
        NamePattern.Matches(pattern, pmu.Name) && pmu.Name is not ("kprobe" or "uprobe");

    private static ModifierRule RuleOf(Pmu pmu) =>
        s_kernelPmus.Contains(pmu.Name) ? ModifierRule.Kernel($"events of the PMU {pmu.Name}")
        : pmu.IsSystemWideOnly || pmu.Name == "msr" ? ModifierRule.Nothing(pmu.Name)
        : ModifierRule.Core;

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

    private static string Describe(PmuEvent named) => named.Unit is null ? named.Terms : $"{named.Terms}, in {named.Unit}";

    private static string DescribeTerms(Pmu pmu) => string.Join(", ", pmu.Formats.Values
        .OrderBy(format => format.Name, StringComparer.Ordinal)
        .Select(format => $"{format.Name} ({format})"));
}
