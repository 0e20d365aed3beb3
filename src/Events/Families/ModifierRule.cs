using Perfmon.Events.Syntax;

namespace Perfmon.Events.Families;

/// <summary>Which modifiers mean nothing for a kind of events, and why: they are refused, not ignored.</summary>
internal sealed class ModifierRule
{
    private readonly string _letters;
    private readonly Func<SourceText, string> _explain;

    private ModifierRule(string letters, bool canExclude, Func<SourceText, string> explain)
    {
        _letters = letters;
        _explain = explain;
        CanExclude = canExclude;
    }

    /// <summary>Events of a core: everything.</summary>
    public static ModifierRule Core { get; } = new("", true, letter => $"{letter.Quoted} does not work here");

    /// <summary>Whether the kernel takes any <c>exclude_*</c> bit for these events.</summary>
    public bool CanExclude { get; }

    /// <summary>
    /// Events that the kernel counts itself: it looks at <c>exclude_user</c> and <c>exclude_kernel</c>, and ignores <c>exclude_host</c>,
    /// <c>exclude_guest</c> and <c>precise_ip</c>.
    /// </summary>
    /// <param name="kind">The events, in the plural.</param>
    public static ModifierRule Kernel(string kind) => new("GHp", true, letter => letter.Is("p")
        ? $"'p' does not work for {kind}: only a core's own counters give precise addresses"
        : $"{letter.Quoted} does not work for {kind}: the kernel ignores guest and host there and counts the host alone");

    /// <summary>PMUs that count whatever runs: the kernel refuses every bit (PERF_PMU_CAP_NO_EXCLUDE).</summary>
    public static ModifierRule Nothing(string pmu) => new("ukhGHp", false, letter =>
        $"{letter.Quoted} does not work for the PMU {pmu}: it counts whatever runs and can leave nothing out");

    /// <summary>The first letter that has no effect; null where all have one.</summary>
    public SourceText? FindRefused(EventModifiers modifiers)
    {
        foreach (var letter in _letters)
        {
            if (modifiers.Find(letter) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public string Explain(SourceText letter) => _explain(letter);
}
