using Perfmon.Events;

namespace Perfmon.Tool.Stat;

/// <summary>A count as people read it: with separators, and in a unit of a handy size.</summary>
/// <param name="Text">The number.</param>
/// <param name="Unit">Its unit; empty for a plain number.</param>
internal readonly record struct Quantity(string Text, string Unit)
{
    private const decimal NanosecondsPerMillisecond = 1_000_000;

    public static Quantity Of(EventRequest request, decimal value) => request.Unit switch
    {
        "ns" when request.Scale == 1 => new($"{value / NanosecondsPerMillisecond:N2}", "msec"),
        null when request.Scale == 1 => new(decimal.IsInteger(value) || value >= 1000 ? $"{value:N0}" : $"{value:N1}", ""),
        var unit => new($"{value * (decimal)request.Scale:N2}", unit ?? ""),
    };

    /// <summary>A rate in a second, short.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        >= 1e9 => $"{perSecond / 1e9:N3} G/s",
        >= 1e6 => $"{perSecond / 1e6:N3} M/s",
        >= 1e3 => $"{perSecond / 1e3:N3} K/s",
        _ => $"{perSecond:N3} /s",
    };
}
