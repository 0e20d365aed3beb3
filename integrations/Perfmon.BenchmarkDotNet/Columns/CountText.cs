using System.Globalization;

namespace Perfmon.BenchmarkDotNet.Columns;

/// <summary>How the numbers of a column are written: all with the same decimals, as many as the least of them needs.</summary>
internal static class CountText
{
    private const int Digits = 4;
    private const int MostDecimals = 4;

    // What subtraction leaves of a whole number.
    private const double Whole = 1e-9;

    /// <summary>How many decimals give the least number four digits; none where all are whole.</summary>
    public static int Decimals(IEnumerable<double> values)
    {
        var magnitudes = values.Select(Math.Abs).Where(value => value > 0 && double.IsFinite(value)).ToList();
        return magnitudes.All(value => Math.Abs(value - Math.Round(value)) <= Whole * value)
            ? 0
            : Math.Clamp(Digits - 1 - (int)Math.Floor(Math.Log10(magnitudes.Min())), 0, MostDecimals);
    }

    /// <summary>A number; one that its decimals do not show is not shown as 0.</summary>
    public static string Of(double value, int decimals, CultureInfo culture)
    {
        var least = Math.Pow(10, -decimals);
        return value > 0 && value < least / 2
            ? $"<{least.ToString($"N{decimals}", culture)}"
            : value.ToString($"N{decimals}", culture);
    }

    /// <summary>An estimate's error behind it, rounded up: it is not to look smaller than it is.</summary>
    public static string Error(double halfWidth, int decimals, CultureInfo culture)
    {
        var unit = Math.Pow(10, -decimals);
        return $" ± {(Math.Ceiling(halfWidth / unit) * unit).ToString($"N{decimals}", culture)}";
    }
}
