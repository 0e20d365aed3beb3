using System.Text;
using Perfmon.Events;

namespace Perfmon.Instruments;

/// <summary>
/// A unit as OpenTelemetry wants it: case-sensitive UCUM, without prefixes, and for what is merely counted an annotation in the singular, such as <c>{fault}</c>.
/// </summary>
/// <param name="Code">The unit.</param>
/// <param name="Scale">What a raw count is multiplied by to be in it; 1 for whole numbers of events.</param>
internal readonly record struct UcumUnit(string Code, double Scale)
{
    private const double Nano = 1e-9;

    private static readonly Dictionary<string, (string Code, double Factor)> s_units = new()
    {
        ["ns"] = ("s", Nano),
        ["Joules"] = ("J", 1),
        ["Watts"] = ("W", 1),
        ["Bytes"] = ("By", 1),
        ["bytes"] = ("By", 1),
        ["KiB"] = ("By", 1024),
        ["MiB"] = ("By", 1024 * 1024),
        ["GiB"] = ("By", 1024 * 1024 * 1024),
        ["C"] = ("Cel", 1),
        ["%"] = ("%", 1),
    };

    private static readonly Dictionary<string, string> s_counted = new()
    {
        ["page-faults"] = "{fault}",
        ["minor-faults"] = "{fault}",
        ["major-faults"] = "{fault}",
        ["alignment-faults"] = "{fault}",
        ["emulation-faults"] = "{fault}",
        ["context-switches"] = "{context_switch}",
        ["cgroup-switches"] = "{context_switch}",
        ["cpu-migrations"] = "{migration}",
        ["instructions"] = "{instruction}",
        ["branch-instructions"] = "{branch}",
        ["cache-references"] = "{reference}",
    };

    private static readonly (string Text, string Code)[] s_endings =
    [
        ("-misses", "{miss}"),
        ("-loads", "{load}"),
        ("-stores", "{store}"),
        ("-prefetches", "{prefetch}"),
        ("-cycles", "{cycle}"),
        ("-cycles-frontend", "{cycle}"),
        ("-cycles-backend", "{cycle}"),
    ];

    /// <summary>Whether a value is a whole number of events.</summary>
    public bool IsWhole => Scale == 1;

    /// <summary>A raw count in the unit. To divide by a power of ten gives the nearest number there is, to multiply by its inverse does not.</summary>
    public double Of(ulong count) => Scale == Nano ? count / 1e9 : count * Scale;

    /// <summary>The unit of an event's counts.</summary>
    /// <param name="request">The event.</param>
    /// <param name="name">Its name without modifiers, of several the first: <c>cpu-cycles</c> for <c>cycles</c>.</param>
    public static UcumUnit Of(EventRequest request, string name)
    {
        if (request.Unit is { } unit)
        {
            var (code, factor) = s_units.TryGetValue(unit, out var known) ? known : (Annotation(unit), 1);
            return new(code, request.Scale * factor);
        }

        return new(Counted(name), request.Scale);
    }

    /// <summary>The unit of a metric, whose own is made for people.</summary>
    public static string OfMetric(string? unit) => unit switch
    {
        null => "1",
        ['%', ..] => "%",
        "/s" or "GHz" => unit,
        _ => Annotation(unit),
    };

    private static string Counted(string name) =>
        s_counted.TryGetValue(name, out var code) ? code
        : name.StartsWith("syscalls:sys_", StringComparison.Ordinal) ? "{call}"
        : Array.Find(s_endings, ending => name.EndsWith(ending.Text, StringComparison.Ordinal)).Code ?? "{event}";

    // UCUM's annotations are printable ASCII without spaces and braces.
    private static string Annotation(string text)
    {
        var code = new StringBuilder("{");
        foreach (var letter in text.Trim())
        {
            code.Append(letter is > ' ' and < '\x7f' and not ('{' or '}') ? letter : '_');
        }

        return code.Append('}').ToString();
    }
}
