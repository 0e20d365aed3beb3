using System.Text;
using Perfmon.Events;
using Perfmon.Metrics;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Instruments;

/// <summary>How an event's counter is called: as OpenTelemetry's semantic conventions say where they have a name for exactly this count, else <c>perfmon.</c> and the event.</summary>
/// <remarks>
/// A name of the conventions is a promise: that the count is of the whole process or host, in all modes, and that the attributes they require are there. <c>process.cpu.time</c>
/// requires <c>cpu.mode</c>, and <c>process.context_switches</c> whether a switch was voluntary, which the kernel's events do not tell: these have names of our own.
/// </remarks>
internal static class InstrumentName
{
    /// <summary>The version of the semantic conventions whose names are used.</summary>
    public const string SchemaUrl = "https://opentelemetry.io/schemas/1.44.0";

    public const string Prefix = "perfmon.";

    // OpenTelemetry: a letter, then up to 254 letters, digits, '_', '.', '-' and '/'.
    private const int Longest = 255;

    private const string FaultType = "system.paging.fault.type";

    /// <summary>What the conventions call the event on this target, and the attribute they want; null where they have no name for exactly this.</summary>
    public static Convention? ConventionOf(EventRequest request, EventSession session)
    {
        const Exclusions Modes = Exclusions.User | Exclusions.Kernel | Exclusions.Host | Exclusions.Guest | Exclusions.Idle;
        var subject = session.Target switch
        {
            // Without the threads to come it is not the process.
            ProcessTarget or CommandTarget when session.Options.Following != Following.Nothing => "process",
            CpuTarget(null) => "system",
            _ => null,
        };
        if (subject is null || (request.Selection.Exclude & Modes) != 0)
        {
            return null;
        }

        var name = $"{subject}.paging.faults";
        return Plain(request).Name switch
        {
            "page-faults" => new Convention(name, null),
            "minor-faults" => new Convention(name, new(FaultType, "minor")),
            "major-faults" => new Convention(name, new(FaultType, "major")),
            _ => null,
        };
    }

    /// <summary>Our own name for an event or a metric: its name in the letters that OpenTelemetry allows, with what stands before it.</summary>
    public static string Own(string before, string name)
    {
        var text = new StringBuilder(Prefix).Append(before);
        foreach (var letter in name)
        {
            var allowed = letter switch
            {
                ':' or '/' or '.' => '.',
                _ when char.IsAsciiLetterOrDigit(letter) => char.ToLowerInvariant(letter),
                _ => '_',
            };
            if (char.IsAsciiLetterOrDigit(allowed) || char.IsAsciiLetterOrDigit(text[^1]))
            {
                text.Append(allowed);
            }
        }

        return text.ToString(0, Math.Min(text.Length, Longest)).TrimEnd('_', '.');
    }

    /// <summary>The event without its modifiers, of several names the first; with its PMU where it is named.</summary>
    public static string Full(EventRequest request)
    {
        var plain = Plain(request);
        return plain.Pmu is { } pmu ? $"{pmu}/{plain.Name}" : plain.Name;
    }

    /// <summary>What the event's name says. One that was given with name= may be anything.</summary>
    public static EventIdentity Plain(EventRequest request) =>
        EventIdentity.Read(request.Name, out _) ?? new EventIdentity(request.Name, null, "", IsGeneric: false);
}

/// <summary>A name of the semantic conventions, with the attribute that belongs to it.</summary>
/// <param name="Name">The instrument.</param>
/// <param name="Tag">The attribute; null for none.</param>
internal sealed record Convention(string Name, KeyValuePair<string, object?>? Tag);
