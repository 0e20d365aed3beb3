using Perfmon.Events;
using Perfmon.Events.Families;
using Perfmon.Events.Syntax;

namespace Perfmon.Metrics;

/// <summary>What an event's name says: which event, on which PMU, in which modes. Two spellings of one event have the same.</summary>
/// <param name="Name">The event without its PMU and its modifiers; of a generic one its first name, <c>cpu-cycles</c> for <c>cycles</c>.</param>
/// <param name="Pmu">The PMU that the name gives, which may be a pattern; null where it gives none.</param>
/// <param name="Modes">Those of the modifiers u, k, h, G and H that stand behind it, in this order; empty where none do.</param>
/// <param name="IsGeneric">Whether every kind of core has the event under this name.</param>
internal sealed record EventIdentity(string Name, string? Pmu, string Modes, bool IsGeneric)
{
    private const string ModeLetters = "ukhGH";

    /// <summary>Whether the event is the kernel's clock of a thread or a CPU, which counts all time whatever the modes are.</summary>
    public bool IsClock => Pmu is null && SoftwareEvents.IsClock(Name);

    /// <summary>The identity of the one event that <paramref name="text"/> names; null where it names none, or several.</summary>
    public static EventIdentity? Read(string text, out string? problem)
    {
        var syntaxes = EventSyntaxReader.Read(text, out var error);
        if (error is not null || syntaxes is not [{ Group: -1 } syntax])
        {
            problem = error?.Message ?? "it is a list of events";
            return null;
        }

        var identity = Of(syntax);
        problem = NamePattern.IsPattern(identity.Name) ? "'*' and '?' stand in the names of PMUs only" : null;
        return problem is null ? identity : null;
    }

    /// <summary>Whether an event on <paramref name="pmu"/> is on the PMU, or one of the PMUs, that this name gives.</summary>
    public bool IsOn(string pmu) =>
        Pmu is not null && (NamePattern.IsPattern(Pmu) ? NamePattern.Matches(Pmu, pmu) : Pmu == pmu || PmuEvents.IsInstance(Pmu, pmu));

    private static EventIdentity Of(EventSyntax syntax)
    {
        var modes = string.Concat(ModeLetters.Where(letter => syntax.Modifiers.Find(letter) is not null));
        if (syntax.Terms is null)
        {
            var written = syntax.Body.ToString();
            return new(SoftwareEvents.Find(written)?.Name ?? Generic(written) ?? written, null, modes, Generic(written) is not null);
        }

        var name = string.Join(',', syntax.Terms.Select(term => term.Whole));
        return new(Generic(name) ?? name, syntax.Name.ToString(), modes, Generic(name) is not null);
    }

    private static string? Generic(string name) => (HardwareEvents.Find(name) ?? CacheEvents.Find(name))?.Name;
}
