using Perfmon.Diagnostics;
using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>
/// Static tracepoints of the kernel, <c>system:name</c>, also with <c>*</c> and <c>?</c>: PERF_TYPE_TRACEPOINT, config = the id in tracefs.
/// </summary>
internal sealed class TracepointEvents : EventFamily
{
    private static readonly ModifierRule s_rule = ModifierRule.Kernel("tracepoints");

    /// <inheritdoc/>
    public override string Name => "tracepoint";

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context)
    {
        if (!IsTracepoint(syntax))
        {
            return false;
        }

        if (NamePattern.IsPattern(syntax.Body.Span))
        {
            return ReadPattern(syntax, context);
        }

        var (system, name) = (syntax.Name.ToString(), syntax.Parts[0].ToString());
        if (context.Host.TraceFs.TryGetTracepointId(system, name, out var id, out var problem))
        {
            return Add(syntax, context, system, name, id);
        }

        return problem == TraceFsProblem.NoSuchEvent && context.Fail(
            syntax.Parts[0],
            $"the tracepoint system {syntax.Name.Quoted} has no event {syntax.Parts[0].Quoted}",
            NearestName.Find(name, context.Host.TraceFs.Events(system)),
            PerfmonReason.UnknownEvent);
    }

    /// <inheritdoc/>
    public override bool Explain(EventSyntax syntax, ParseContext context)
    {
        if (!IsTracepoint(syntax))
        {
            return false;
        }

        context.Host.TraceFs.TryGetTracepointId(syntax.Name.ToString(), syntax.Parts[0].ToString(), out _, out var problem);
        return problem switch
        {
            TraceFsProblem.NotMounted => context.Fail(
                syntax.Body,
                $"tracepoints have their ids in tracefs, which is not mounted: sudo mount -t tracefs tracefs {PlaceOf(context)}",
                reason: PerfmonReason.NotSupported),
            TraceFsProblem.NotReadable => FailUnreadable(syntax, context),
            TraceFsProblem.Malformed => context.Fail(syntax.Body, "its id in tracefs is no number", reason: PerfmonReason.Unexpected),
            _ => context.Fail(
                syntax.Name,
                $"there is no tracepoint system {syntax.Name.Quoted}",
                NearestName.Find(syntax.Name.ToString(), context.Host.TraceFs.Systems()),
                PerfmonReason.UnknownEvent),
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) => host.TraceFs.Systems()
        .SelectMany(system => host.TraceFs.Events(system), (system, name) => Entry($"{system}:{name}", ""));

    private static bool IsTracepoint(EventSyntax syntax) =>
        syntax is { Terms: null, Parts.Count: 1 } && !syntax.Name.Span.Contains("::", StringComparison.Ordinal);

    private static bool ReadPattern(EventSyntax syntax, ParseContext context)
    {
        var traceFs = context.Host.TraceFs;
        if (!traceFs.IsReadable)
        {
            return false;
        }

        var matches = traceFs.Systems()
            .Where(system => NamePattern.Matches(syntax.Name.Span, system))
            .SelectMany(system => traceFs.Events(system), (system, name) => (system, name))
            .Where(tracepoint => NamePattern.Matches(syntax.Parts[0].Span, tracepoint.name));
        var (found, closed) = (false, false);
        foreach (var (system, name) in matches)
        {
            if (traceFs.TryGetTracepointId(system, name, out var id, out var problem))
            {
                found = Add(syntax, context, system, name, id);
            }

            closed |= problem == TraceFsProblem.NotReadable;
        }

        return found
            || (closed && FailUnreadable(syntax, context))
            || context.Fail(syntax.Body, $"no tracepoint matches {syntax.Body.Quoted}", reason: PerfmonReason.UnknownEvent);
    }

    /// <summary>A group that may read the folder may also read the ids; mode=755 opens the folder only, the ids stay 0440.</summary>
    private static bool FailUnreadable(EventSyntax syntax, ParseContext context)
    {
        var place = PlaceOf(context);
        return context.Fail(
            syntax.Body,
            $"only root may read the ids of tracepoints in {place}: run as root, or sudo mount -o remount,mode=750,gid=$(id -g) {place}",
            reason: PerfmonReason.NotPermitted);
    }

    private static string PlaceOf(ParseContext context) =>
        context.Host.TraceFs.Path ?? context.Host.Roots.TraceFs.FirstOrDefault("/sys/kernel/tracing");

    private static bool Add(EventSyntax syntax, ParseContext context, string system, string name, int id) =>
        context.Add(syntax, s_rule, new EventRequest
        {
            Name = $"{system}:{name}",
            Pmu = "tracepoint",
            Selection = new() { Type = EventType.Tracepoint, Config = (ulong)id },
            Note = Note(system, syntax.Modifiers),
        });

    /// <summary>
    /// The kernel looks at the mode of the registers that come with the event: those of the program for system calls and for probes of
    /// programs, its own for the rest. And of the bits it looks at <c>exclude_kernel</c> only.
    /// </summary>
    private static string? Note(string system, EventModifiers modifiers) =>
        system != "syscalls" && modifiers.Exclude.HasFlag(Exclusions.Kernel)
            ? "all but system calls and probes of programs happen in kernel mode, which is left out: their count will be 0"
            : null;
}
