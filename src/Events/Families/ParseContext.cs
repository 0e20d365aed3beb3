using Perfmon.Diagnostics;
using Perfmon.Events.Syntax;
using Perfmon.Host;

namespace Perfmon.Events.Families;

/// <summary>What families read and write while a text is parsed: the machine, the requests so far, the first error.</summary>
internal sealed class ParseContext(HostDescription host)
{
    private readonly List<EventRequest> _requests = [];

    public HostDescription Host => host;

    public IReadOnlyList<EventRequest> Requests => _requests;

    public EventSyntaxError? Error { get; private set; }

    /// <summary>Keeps the first error. True: a family that found an error has read the event.</summary>
    public bool Fail(SourceText where, string message, string? suggestion = null, PerfmonReason reason = PerfmonReason.InvalidRequest)
    {
        Error ??= where.Error(message, suggestion, reason);
        return true;
    }

    /// <summary>
    /// Adds <paramref name="request"/> with what <paramref name="syntax"/> says besides: modifiers, group, place. Refuses modifiers
    /// that <paramref name="rule"/> does not allow. True, as <see cref="Fail"/>.
    /// </summary>
    public bool Add(EventSyntax syntax, ModifierRule rule, EventRequest request)
    {
        var modifiers = syntax.Modifiers;
        if (rule.FindRefused(modifiers) is { } refused)
        {
            return Fail(refused, rule.Explain(refused), reason: PerfmonReason.NotSupported);
        }

        _requests.Add(request with
        {
            Name = request.Name + modifiers,
            Selection = request.Selection with
            {
                Exclude = request.Selection.Exclude | modifiers.Exclude,
                PreciseIp = Math.Max(request.Selection.PreciseIp, modifiers.PreciseIp),
            },
            HasExplicitPrivileges = request.HasExplicitPrivileges || modifiers.HasPrivileges,
            CanExclude = rule.CanExclude,
            Period = modifiers.Period ?? request.Period,
            Group = syntax.Group,
            Start = syntax.Whole.Start,
            Length = syntax.Whole.Length,
        });
        return true;
    }

    /// <summary>Refuses what stands behind the name of an event that takes modifiers only. True where there is something.</summary>
    public bool RefuseParts(EventSyntax syntax) =>
        syntax.Parts.Count > 0
        && Fail(syntax.Parts[0], $"{syntax.Parts[0].Quoted} is no modifier of {syntax.Name.Quoted}: {EventModifiers.Known}");
}
