using System.Globalization;
using Perfmon.Events;
using Perfmon.Metrics;

namespace Perfmon.Tool.Stat;

/// <summary>A count as people read it: with separators, and in a unit of a handy size.</summary>
/// <param name="Text">The number.</param>
/// <param name="Unit">Its unit; empty for a plain number.</param>
internal readonly record struct Quantity(string Text, string Unit)
{
    private const decimal NanosecondsPerMillisecond = 1_000_000;
    private const string PerSecond = "/s";
    private const int SignificantDigits = 4;
    private const int MostDecimals = 15;

    public static Quantity Of(EventRequest request, decimal value) => request.Unit switch
    {
        "ns" when request.Scale == 1 => new($"{value / NanosecondsPerMillisecond:N2}", "msec"),
        null when request.Scale == 1 => new(decimal.IsInteger(value) || value >= 1000 ? $"{value:N0}" : $"{value:N1}", ""),
        var unit => new($"{value * (decimal)request.Scale:N2}", unit ?? ""),
    };

    public static Quantity Of(Metric metric, double value) => Of(metric, value, value);

    /// <summary>A figure of <paramref name="metric"/>, in the unit that suits <paramref name="scale"/>: an error in that of its value.</summary>
    public static Quantity Of(Metric metric, double value, double scale) => metric.Unit == PerSecond
        ? Rate(value, scale)
        : new(value.ToString($"N{metric.Decimals ?? Decimals(scale)}", CultureInfo.InvariantCulture), metric.Unit ?? "");

    /// <summary>A rate in a second, short.</summary>
    public static Quantity Rate(double perSecond) => Rate(perSecond, perSecond);

    private static Quantity Rate(double perSecond, double scale) => Math.Abs(scale) switch
    {
        >= 1e9 => new($"{perSecond / 1e9:N3}", "G/s"),
        >= 1e6 => new($"{perSecond / 1e6:N3}", "M/s"),
        >= 1e3 => new($"{perSecond / 1e3:N3}", "K/s"),
        _ => new($"{perSecond:N3}", "/s"),
    };

    /// <summary>The number and its unit.</summary>
    public override string ToString() => $"{Text} {Unit}".TrimEnd();

    private static int Decimals(double value) => value == 0
        ? 0
        : Math.Clamp(SignificantDigits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, MostDecimals);
}
