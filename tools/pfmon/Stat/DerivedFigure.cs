namespace Perfmon.Tool.Stat;

/// <summary>What follows from an event's count and another's: those figures that <c>perf stat</c> shows too.</summary>
internal static class DerivedFigure
{
    private const double NanosecondsPerSecond = 1e9;

    private static readonly string[] s_clocks = ["task-clock", "cpu-clock"];

    // An event, the one it is a part of, and how the quotient is called.
    private static readonly (string Event, string Of, Func<double, string> Text)[] s_ratios =
    [
        ("instructions", "cycles", ratio => $"{ratio:N2} per cycle"),
        ("branch-misses", "branches", ratio => $"{ratio:P2} of branches"),
        ("cache-misses", "cache-references", ratio => $"{ratio:P2} of references"),
        ("stalled-cycles-frontend", "cycles", ratio => $"{ratio:P2} of cycles"),
        ("stalled-cycles-backend", "cycles", ratio => $"{ratio:P2} of cycles"),
    ];

    /// <summary>The figure beside <paramref name="result"/>; empty where there is none. Rates are for each second of CPU time, if that is counted.</summary>
    public static string Of(EventResult result, IReadOnlyList<EventResult> all, TimeSpan elapsed)
    {
        if (result.Value is not ({ } and > 0) || elapsed <= TimeSpan.Zero)
        {
            return "";
        }

        var value = (double)result.Value;
        if (Array.Exists(s_clocks, clock => Is(result, clock)))
        {
            return $"{value / NanosecondsPerSecond / elapsed.TotalSeconds:N3} CPUs utilized";
        }

        foreach (var (name, whole, text) in s_ratios)
        {
            if (Is(result, name) && Value(whole, all) is { } of)
            {
                return text(value / of);
            }
        }

        var seconds = s_clocks.Select(clock => Value(clock, all)).FirstOrDefault(time => time is not null) / NanosecondsPerSecond;
        return result.Event.Unit is null && result.Event.Scale == 1 ? Quantity.Rate(value / (seconds ?? elapsed.TotalSeconds)) : "";
    }

    private static double? Value(string name, IReadOnlyList<EventResult> all) =>
        all.FirstOrDefault(one => Is(one, name)) is { Value: { } value } && value > 0 ? (double)value : null;

    // The modifiers do not change what an event is.
    private static bool Is(EventResult result, string name) => result.Name == name || result.Name.StartsWith($"{name}:", StringComparison.Ordinal);
}
