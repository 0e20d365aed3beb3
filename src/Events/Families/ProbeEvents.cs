using Perfmon.Diagnostics;
using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>
/// Calls of a kernel function, <c>kprobe/func=NAME,offset=N,retprobe/</c> or <c>kprobe/addr=N/</c>, and of a place in a binary,
/// <c>uprobe/path=FILE,offset=N,retprobe,ref_ctr_offset=N/</c>: the PMUs kprobe and uprobe. config1 is the address of the name or
/// path (<see cref="ProbeText"/>), config2 the offset or address, config what sysfs's formats say.
/// </summary>
internal sealed class ProbeEvents : EventFamily
{
    /// <summary>One of the two PMUs: its terms for a text, for an address in its place and in config; how to write it.</summary>
    private sealed record Kind(
        string Pmu, string Text, string? Address, string[] ConfigTerms, string Option, string Form, string Description)
    {
        public IEnumerable<string> Terms => ((string?[])[Text, "offset", Address, .. ConfigTerms]).OfType<string>();
    }

    private static readonly Kind[] s_kinds =
    [
        new("kprobe", "func", "addr", ["retprobe"], "CONFIG_KPROBE_EVENTS",
            "kprobe/func=NAME[,offset=N][,retprobe]/", "Calls of, or returns from, a kernel function"),
        new("uprobe", "path", null, ["retprobe", "ref_ctr_offset"], "CONFIG_UPROBE_EVENTS",
            "uprobe/path=FILE,offset=N[,retprobe][,ref_ctr_offset=N]/", "Executions of, or returns from, a place in a binary file"),
    ];

    /// <inheritdoc/>
    public override string Name => "probe";

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context)
    {
        if (syntax.Terms is null || Array.Find(s_kinds, kind => syntax.Name.Is(kind.Pmu)) is not { } kind)
        {
            return false;
        }

        if (context.Host.Pmus.Find(kind.Pmu) is not { } pmu)
        {
            return context.Fail(
                syntax.Name, $"this kernel has no PMU '{kind.Pmu}': it is built without {kind.Option}", reason: PerfmonReason.NotSupported);
        }

        var encoder = new PmuEncoder(pmu);
        var given = new HashSet<string>(StringComparer.Ordinal);
        var (text, config2) = (default(string), 0UL);
        foreach (var term in syntax.Terms)
        {
            var key = term.Key.ToString();
            string? error;
            if (!given.Add(key))
            {
                return context.Fail(term.Key, $"{term.Key.Quoted} is given twice");
            }

            if (key == kind.Text)
            {
                error = TryReadText(term, out text) ? null : $"'{key}' needs a text: {kind.Form}";
            }
            else if (key == "offset" || key == kind.Address)
            {
                error = NumberText.TryParse(term.Value is { } value ? value.Span : [], out config2) ? null : $"'{key}' needs a number";
            }
            else if (!kind.ConfigTerms.Contains(key) || !encoder.Knows(key))
            {
                return FailUnknown(term, kind, context);
            }
            else
            {
                encoder.TrySet(key, term.Value?.ToString(), out error);
            }

            if (error is not null)
            {
                return context.Fail(term.Wrong, error);
            }
        }

        if (FindMissing(kind, given) is { } missing)
        {
            return context.Fail(syntax.Body, missing);
        }

        return context.Add(syntax, ModifierRule.Kernel("probes"), new EventRequest
        {
            Name = syntax.Body.ToString(),
            Pmu = pmu.Name,
            Selection = encoder.Selection with { Config2 = config2 },
            Text = text is null ? null : new ProbeText(text),
            Futility = kind.Pmu == "kprobe" && syntax.Modifiers.Exclude.HasFlag(Exclusions.Kernel)
                ? "the kernel's functions run in kernel mode, which is left out"
                : null,
        });
    }

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) =>
        s_kinds.Select(kind => Form(kind.Form, kind.Description, host.Pmus.Find(kind.Pmu) is not null));

    private static bool TryReadText(EventTerm term, out string? text)
    {
        text = term.Value?.ToString();
        return text is { Length: > 0 } && !text.Contains('\0', StringComparison.Ordinal);
    }

    /// <summary>A place is a text with an offset, which a function may leave out and a file may not; or an address.</summary>
    private static string? FindMissing(Kind kind, HashSet<string> given)
    {
        var hasText = given.Contains(kind.Text);
        var hasAddress = kind.Address is not null && given.Contains(kind.Address);
        return hasText && hasAddress ? $"either '{kind.Text}' or '{kind.Address}' says where, not both"
            : hasAddress && given.Contains("offset") ? $"'offset' counts from '{kind.Text}', '{kind.Address}' says where without it"
            : !hasText && !hasAddress ? $"'{kind.Text}' is missing: {kind.Form}"
            : kind.Address is null && !given.Contains("offset") ? $"'offset' is missing: {kind.Form}"
            : null;
    }

    private static bool FailUnknown(EventTerm term, Kind kind, ParseContext context)
    {
        return context.Fail(
            term.Key,
            $"the PMU {kind.Pmu} has no term {term.Key.Quoted}: its terms are {string.Join(", ", kind.Terms)}",
            NearestName.Find(term.Key.ToString(), kind.Terms),
            PerfmonReason.UnknownEvent);
    }
}
