namespace Perfmon.Tool.Plot;

/// <summary>
/// An axis from 0 whose ticks are at multiples of 1, 2 or 5 times a power of ten (Heckbert, Nice Numbers for Graph Labels, Graphics Gems, 1990).
/// </summary>
/// <param name="Step">From tick to tick.</param>
/// <param name="Count">How many steps reach <paramref name="Highest"/> at most.</param>
/// <param name="Highest">The greatest value on the axis.</param>
internal readonly record struct AxisTicks(double Step, int Count, double Highest)
{
    // Ticks are computed: a quotient that should be whole may be off in its last digits.
    private const double Rounding = 1e-9;
    private const int MostDecimals = 15;

    private static readonly (double Factor, string Prefix)[] s_prefixes = [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")];

    /// <summary>An axis that ends at <paramref name="highest"/>, with at most <paramref name="most"/> steps.</summary>
    public static AxisTicks Within(double highest, int most)
    {
        var step = StepFor(highest, most);
        return new AxisTicks(step, (int)Math.Floor((highest / step) + Rounding), highest);
    }

    /// <summary>An axis that ends with the tick at or above <paramref name="highest"/>, with at most <paramref name="most"/> steps.</summary>
    public static AxisTicks Around(double highest, int most)
    {
        var step = StepFor(highest, most);
        var count = (int)Math.Ceiling((highest / step) - Rounding);
        return new AxisTicks(step, count, count * step);
    }

    /// <summary>The values at the ticks, 0 among them.</summary>
    public IEnumerable<double> Values
    {
        get
        {
            for (var i = 0; i <= Count; i++)
            {
                yield return i * Step;
            }
        }
    }

    /// <summary>The SI's prefix that suits <paramref name="value"/>, and its factor; a capital K for thousands, as in the results of stat.</summary>
    public static (double Factor, string Prefix) PrefixOf(double value)
    {
        foreach (var prefix in s_prefixes)
        {
            if (value >= prefix.Factor)
            {
                return prefix;
            }
        }

        return (1, "");
    }

    /// <summary>A tick's <paramref name="value"/> over <paramref name="factor"/>, with as many decimals as ticks need to differ.</summary>
    public string Text(double value, double factor = 1)
    {
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(Step / factor) - Rounding), 0, MostDecimals);
        return SvgWriter.Number(value / factor, $"N{decimals}");
    }

    private static double StepFor(double highest, int most)
    {
        var least = highest / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 5])
        {
            if (factor * power >= least * (1 - Rounding))
            {
                return factor * power;
            }
        }

        return 10 * power;
    }
}
