using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>Events in the CPU's own encoding, <c>rNNN</c> with hexadecimal digits: PERF_TYPE_RAW.</summary>
internal sealed class RawEvents : EventFamily
{
    /// <inheritdoc/>
    public override string Name => "raw";

    /// <summary>Whether <paramref name="name"/> is <c>r</c> and a hexadecimal number of 64 bits.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out ulong config)
    {
        config = 0;
        return name is ['r', ..] && NumberText.TryParseHex(name[1..], out config);
    }

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context) =>
        syntax.Terms is null
        && TryParse(syntax.Name.Span, out var config)
        && (context.RefuseParts(syntax) || CoreEvents.Add(syntax, context, EventType.Raw, config));

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) =>
        [Form("rNNN", "An event in the CPU's own encoding, hexadecimal", host.Pmus.CorePmus.Count > 0)];
}
