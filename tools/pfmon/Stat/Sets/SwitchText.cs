using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Sets;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>When event sets give way and in which order, as the command line says it.</summary>
internal static partial class SwitchText
{
    private static readonly Dictionary<string, TimeSpan> s_units = new()
    {
        ["s"] = TimeSpan.FromSeconds(1),
        ["ms"] = TimeSpan.FromMilliseconds(1),
        ["us"] = TimeSpan.FromMicroseconds(1),
        ["µs"] = TimeSpan.FromMicroseconds(1),
    };

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>After a time, such as <c>10ms</c>.</summary>
    public static SetSwitch After(string text)
    {
        const string units = "Give a time in s, ms or us, such as 10ms, 500us or 0.5s.";
        var match = Time().Match(text);
        Refuse(!match.Success, $"--switch: '{text}' is not a time.\n{units}");
        var unit = match.Groups[2].Value;
        Refuse(unit.Length == 0, $"--switch: '{text}' has no unit.\n{units}");
        Refuse(!s_units.ContainsKey(unit), $"--switch: '{unit}' is not a unit of time.\n{units}");
        var time = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * s_units[unit].TotalMicroseconds;
        Refuse(time > s_longest.TotalMicroseconds, $"--switch: '{text}' is more than a day, and no set would give way. To count one set, give it alone.");
        return SetSwitch.After(TimeSpan.FromMicroseconds(time));
    }

    /// <summary>After events, <c>E:PERIOD[:COUNT]</c>. The event may have colons itself.</summary>
    public static SetSwitch OnOverflow(string text)
    {
        var parts = text.Split(':');
        var numbers = parts.Skip(1).Reverse().TakeWhile(part => part.Length > 0 && part.All(char.IsAsciiDigit)).Take(2).Reverse().ToList();
        var name = string.Join(':', parts.SkipLast(numbers.Count));
        Refuse(
            numbers.Count == 0 || name.Length == 0,
            $"--switch-on: '{text}' is not E:PERIOD or E:PERIOD:COUNT, an event and after how many of it a set gives way.\nAn example:  --switch-on page-faults:100");
        var values = numbers.Select(Events).ToList();
        return SetSwitch.OnOverflow(OneEvent("--switch-on", name), values[0], values.Count > 1 ? values[1] : 1);
    }

    /// <summary>Which set is next: by name, or by a weight for each of <paramref name="sets"/> sets.</summary>
    public static SetOrder Order(string text, int sets)
    {
        if (text is "round-robin")
        {
            return SetOrder.RoundRobin;
        }

        if (text is "random")
        {
            return SetOrder.Random();
        }

        var weights = text.Split(':').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) ? weight : 0).ToList();
        Refuse(weights.Contains(0), $"--order: '{text}' is not round-robin, random, or a weight of 1 or more for each set, such as 2:1.");
        Refuse(
            weights.Count != sets,
            $"--order: '{text}' has {Of(weights.Count, "weight")}, and there {(sets == 1 ? "is" : "are")} {Of(sets, "set")}. Give one for each, such as {string.Join(':', Enumerable.Repeat(1, sets))}.");
        return SetOrder.Weighted(weights);
    }

    private static string Of(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    /// <summary>The only event that <paramref name="text"/> stands for.</summary>
    public static EventRequest OneEvent(string option, string text)
    {
        var events = EventParser.ParseOrThrow(text, HostDescription.Current);
        Refuse(events.Count != 1, $"{option}: '{text}' stands for {events.Count} events. Give one.");
        return events[0];
    }

    private static ulong Events(string number) => ulong.TryParse(number, out var value) && value is > 0 and <= long.MaxValue
        ? value
        : throw ToolException.WrongUsage($"--switch-on: PERIOD and COUNT are whole numbers from 1 to {long.MaxValue}, and {number} is not.");

    private static void Refuse(bool isWrong, string why)
    {
        if (isWrong)
        {
            throw ToolException.WrongUsage(why);
        }
    }

    [GeneratedRegex(@"\A([0-9]+(?:\.[0-9]+)?) ?(\p{L}*)\z")]
    private static partial Regex Time();
}
