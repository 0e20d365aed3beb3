using Perfmon.Diagnostics;
using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Native.LibPfm;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>
/// The vendors' own names, <c>RETIRED_INSTRUCTIONS:c=1</c> or <c>amd64_fam19h_zen3::RETIRED_INSTRUCTIONS</c>, where libpfm4 is
/// installed. Modifiers are read as for every event; what else follows the name goes to libpfm4.
/// </summary>
internal sealed class LibPfmEvents(LibPfmEncoder libPfm) : EventFamily
{
    private const string PmuSeparator = "::";

    /// <summary>libpfm4 4.13 leaves out the hypervisor and guests of itself; only what the user names counts.</summary>
    private static readonly (LibPfmExclude Theirs, Exclusions Ours, string[] Attributes)[] s_exclusions =
    [
        (LibPfmExclude.User, Exclusions.User, ["u", "k", "h"]),
        (LibPfmExclude.Kernel, Exclusions.Kernel, ["u", "k", "h"]),
        (LibPfmExclude.Hypervisor, Exclusions.Hypervisor, ["u", "k", "h"]),
        (LibPfmExclude.Host, Exclusions.Host, ["mg", "mh"]),
        (LibPfmExclude.Guest, Exclusions.Guest, ["mg", "mh"]),
    ];

    /// <inheritdoc/>
    public override string Name => "libpfm4";

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context)
    {
        if (syntax.Terms is not null || IsTracepointSystem(syntax.Name))
        {
            return false;
        }

        if (!libPfm.TryEncode(string.Join(':', syntax.Parts.Prepend(syntax.Name)), out var encoding, out var error))
        {
            var message = $"libpfm4 does not take {syntax.Body.Quoted}: {error}";
            return error is not null && context.Fail(syntax.Body, message, reason: PerfmonReason.UnknownEvent);
        }

        var pmu = context.Host.Pmus.FindByType(encoding.Type);
        return context.Add(syntax, RuleOf(encoding, pmu), new EventRequest
        {
            Name = string.Join(':', syntax.Parts.Prepend(syntax.Name)),
            Pmu = pmu?.Name ?? "cpu",
            Selection = new()
            {
                Type = encoding.Type,
                Config = encoding.Config,
                Config1 = encoding.Config1,
                Config2 = encoding.Config2,
                PreciseIp = encoding.PreciseIp,
                Exclude = ExclusionsOf(encoding, syntax),
            },
            HasExplicitPrivileges = Names(syntax, s_exclusions[0].Attributes),
            Cpus = pmu is null ? null : CoreEvents.CpusOf(pmu, context.Host),
            SystemWideOnly = pmu?.IsSystemWideOnly ?? false,
        });
    }

    /// <inheritdoc/>
    public override bool Explain(EventSyntax syntax, ParseContext context)
    {
        if (syntax.Terms is not null || !syntax.Name.Span.Contains(PmuSeparator, StringComparison.Ordinal))
        {
            return false;
        }

        return libPfm.IsAvailable
            ? context.Fail(syntax.Name, $"libpfm4 knows no {syntax.Name.Quoted} on this machine", reason: PerfmonReason.UnknownEvent)
            : context.Fail(
                syntax.Name,
                $"{syntax.Name.Quoted} is a name of libpfm4, which is not installed: sudo apt install libpfm4, or the package libpfm",
                reason: PerfmonReason.NotSupported);
    }

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) =>
        [Form("[PMU::]EVENT[:ATTRIBUTE…]", "The vendor's own names, as libpfm4's showevtinfo lists them", libPfm.IsAvailable)];

    // libpfm4 takes the tracepoints of this machine for events of its own where debugfs is mounted. They are ours, who say more of what is wrong with one.
    private static bool IsTracepointSystem(SourceText name)
    {
        var system = name.ToString();
        return system is not ("" or "." or "..") && !system.Contains('/', StringComparison.Ordinal) && !system.Contains('\0', StringComparison.Ordinal)
            && HostRoots.System.TraceFs.Any(folder => Directory.Exists(Path.Join(folder, "events", system)));
    }

    private static ModifierRule RuleOf(LibPfmEncoding encoding, Pmu? pmu) => encoding.Type switch
    {
        EventType.Software => ModifierRule.Kernel("software events"),
        EventType.Tracepoint => ModifierRule.Kernel("tracepoints"),
        EventType.Breakpoint => ModifierRule.Kernel("breakpoints"),
        _ => pmu is { IsSystemWideOnly: true } ? ModifierRule.Nothing(pmu.Name) : ModifierRule.Core,
    };

    private static Exclusions ExclusionsOf(LibPfmEncoding encoding, EventSyntax syntax) => s_exclusions
        .Where(pair => encoding.Exclude.HasFlag(pair.Theirs) && Names(syntax, pair.Attributes))
        .Aggregate(Exclusions.None, (all, pair) => all | pair.Ours);

    private static bool Names(EventSyntax syntax, string[] attributes) => syntax.Parts.Any(part =>
    {
        var sign = part.Span.IndexOf('=');
        var key = sign < 0 ? part : part.Slice(0, sign);
        return attributes.Any(key.Is);
    });
}
