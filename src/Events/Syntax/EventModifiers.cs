using System.Buffers;
using Perfmon.Registers;

namespace Perfmon.Events.Syntax;

/// <summary>
/// What stands behind an event's name: <c>:u</c>, <c>:k</c>, <c>:h</c> (naming any leaves out those not named), <c>:G</c> and
/// <c>:H</c> (guests only, host only), <c>:p</c> to <c>:ppp</c> (precision), <c>:period=N</c>; in several parts or in one, as
/// <c>:ukp:period=1000</c>.
/// </summary>
internal sealed record EventModifiers
{
    /// <summary>What the letters mean, for messages.</summary>
    public const string Known = "the modifiers are u, k, h, G, H, p, pp, ppp and period=N";

    private const string PeriodKey = "period=";
    private const int HighestPrecision = 3;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("ukhGHp");

    /// <summary>The kernel keeps the top bit of a period for itself and refuses it.</summary>
    public const ulong LongestPeriod = long.MaxValue;

    public static EventModifiers None { get; } = new();

    /// <summary>The parts, as they were written.</summary>
    public IReadOnlyList<SourceText> Parts { get; private init; } = [];

    /// <summary>The sampling period, in events; null where none is given.</summary>
    public ulong? Period { get; private init; }

    public byte PreciseIp => (byte)Count('p');

    public bool HasPrivileges => Has('u') || Has('k') || Has('h');

    public Exclusions Exclude => Privileges | Guests;

    private Exclusions Privileges => !HasPrivileges
        ? Exclusions.None
        : (Has('u') ? 0 : Exclusions.User) | (Has('k') ? 0 : Exclusions.Kernel) | (Has('h') ? 0 : Exclusions.Hypervisor);

    private Exclusions Guests => (Has('G'), Has('H')) switch
    {
        (true, false) => Exclusions.Host,
        (false, true) => Exclusions.Guest,
        _ => Exclusions.None,
    };

    /// <summary>Whether a part behind a colon is a modifier rather than part of a name.</summary>
    public static bool IsModifier(SourceText part) => IsPeriod(part) || !part.Span.ContainsAnyExcept(s_letters);

    /// <summary>The modifiers of an event and of its group. A period of its own stands against the group's.</summary>
    public static EventModifiers? Read(IReadOnlyList<SourceText> own, IReadOnlyList<SourceText> group, out EventSyntaxError? error)
    {
        error = null;
        ulong? period = null;
        var precision = 0;
        SourceText[] parts = own.Any(IsPeriod) ? [.. own, .. group.Where(part => !IsPeriod(part))] : [.. own, .. group];
        foreach (var part in parts)
        {
            if (IsPeriod(part))
            {
                error = period is null
                    ? ReadPeriod(part, part.Slice(PeriodKey.Length), out period)
                    : part.Error("the period is given twice");
            }
            else if ((precision += part.Span.Count('p')) > HighestPrecision)
            {
                error = part.Error("precision goes up to ppp");
            }

            if (error is not null)
            {
                return null;
            }
        }

        return new EventModifiers { Parts = parts, Period = period };
    }

    /// <summary>The period written as <paramref name="text"/>, or why it is none.</summary>
    public static EventSyntaxError? ReadPeriod(SourceText text, SourceText number, out ulong? period)
    {
        var ok = NumberText.TryParse(number.Span, out var value) && value is > 0 and <= LongestPeriod;
        period = ok ? value : null;
        return ok ? null : text.Error($"a period is a number from 1 to {LongestPeriod}");
    }

    /// <summary>Where <paramref name="letter"/> stands; null where it does not.</summary>
    public SourceText? Find(char letter)
    {
        foreach (var part in Parts)
        {
            if (!IsPeriod(part) && part.Span.IndexOf(letter) is >= 0 and var at)
            {
                return part.Slice(at, 1);
            }
        }

        return null;
    }

    /// <summary>As written behind a name, with a colon before each part.</summary>
    public override string ToString() => string.Concat(Parts.Select(part => $":{part}"));

    private static bool IsPeriod(SourceText part) => part.Span.StartsWith(PeriodKey, StringComparison.Ordinal);

    private bool Has(char letter) => Find(letter) is not null;

    private int Count(char letter) => Parts.Where(part => !IsPeriod(part)).Sum(part => part.Span.Count(letter));
}
