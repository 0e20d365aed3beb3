using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>Accesses to an address, <c>mem:ADDR[/LENGTH][:rwx]</c>: PERF_TYPE_BREAKPOINT, by the CPU's debug registers.</summary>
internal sealed class BreakpointEvents : EventFamily
{
    private const ulong DataLength = 4;

    // The kernel wants sizeof(long) for code, whatever the length of the instruction.
    private const ulong CodeLength = 8;

    private static readonly ModifierRule s_rule = ModifierRule.Kernel("breakpoints");

    /// <inheritdoc/>
    public override string Name => "breakpoint";

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context)
    {
        if (syntax.Terms is not null || !syntax.Name.Is("mem"))
        {
            return false;
        }

        if (syntax.Parts.Count == 0)
        {
            return context.Fail(syntax.Name, "an address is missing: mem:ADDR[/LENGTH][:rwx]");
        }

        if (syntax.Parts.Count > 2)
        {
            return context.Fail(syntax.Parts[2], $"{syntax.Parts[2].Quoted} is no modifier of a breakpoint: {EventModifiers.Known}");
        }

        var access = BreakpointAccess.Read | BreakpointAccess.Write;
        if (syntax.Parts.Count == 2 && !TryReadAccess(syntax.Parts[1], out access))
        {
            return context.Fail(syntax.Parts[1], $"{syntax.Parts[1].Quoted} is no access: r, w, rw, or x alone");
        }

        var where = syntax.Parts[0];
        var slash = where.Span.IndexOf('/');
        var address = slash < 0 ? where : where.Slice(0, slash);
        if (!NumberText.TryParse(address.Span, out var start))
        {
            return context.Fail(address, $"{address.Quoted} is no address: a number, hexadecimal after 0x");
        }

        var length = access == BreakpointAccess.Execute ? CodeLength : DataLength;
        if (slash >= 0 && !TryReadLength(where.Slice(slash + 1), out length))
        {
            return context.Fail(where.Slice(slash + 1), "a breakpoint covers 1, 2, 4 or 8 bytes");
        }

        return context.Add(syntax, s_rule, new EventRequest
        {
            Name = syntax.Body.ToString(),
            Pmu = "breakpoint",
            Selection = new() { Type = EventType.Breakpoint, Config1 = start, Config2 = length, Breakpoint = access },
        });
    }

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) =>
        [Form("mem:ADDR[/LENGTH][:rwx]", "Reads, writes or executions of an address, by the CPU's debug registers")];

    private static bool TryReadLength(SourceText text, out ulong length) =>
        NumberText.TryParse(text.Span, out length) && length is 1 or 2 or 4 or 8;

    /// <summary>Each letter at most once; no CPU's debug register watches code and data at once.</summary>
    private static bool TryReadAccess(SourceText text, out BreakpointAccess access)
    {
        access = BreakpointAccess.None;
        foreach (var letter in text.Span)
        {
            var one = letter switch
            {
                'r' => BreakpointAccess.Read,
                'w' => BreakpointAccess.Write,
                'x' => BreakpointAccess.Execute,
                _ => BreakpointAccess.None,
            };
            if (one == BreakpointAccess.None || access.HasFlag(one))
            {
                return false;
            }

            access |= one;
        }

        return access == BreakpointAccess.Execute || !access.HasFlag(BreakpointAccess.Execute);
    }
}
