namespace Perfmon.Tool.Plot;

/// <summary>A panel's axis of rates, from 0 at the bottom to a little above the greatest rate.</summary>
internal sealed class RateAxis
{
    private const int MostSteps = 3;

    // A band that is wider than that reaches to the panel's top and is cut there: otherwise one wide band would flatten the curve.
    private const double MostOfBand = 1.5;

    private readonly AxisTicks _ticks;
    private readonly double _top;
    private readonly double _bottom;
    private readonly double _factor;
    private readonly string _unit;

    /// <summary>The axis of <paramref name="curve"/>, between two places of the drawing.</summary>
    public RateAxis(RateSeries series, RateCurve curve, double top, double bottom)
    {
        (_top, _bottom) = (top, bottom);
        var rate = curve.Bins.Max(bin => bin.Rate) ?? 0;
        var band = curve.Bins.Max(bin => bin.High) ?? 0;
        var highest = rate > 0 ? Math.Max(rate, Math.Min(band, rate * MostOfBand)) : band;
        _ticks = AxisTicks.Around(highest > 0 ? highest : 1, MostSteps);
        (_factor, var prefix) = series.IsPrefixed ? AxisTicks.PrefixOf(_ticks.Highest) : (1, "");
        _unit = $" {prefix}{series.RateUnit}";
    }

    /// <summary>The places of the ticks and what is written there: the unit at the highest only.</summary>
    public IEnumerable<(double Place, string Label)> Ticks =>
        _ticks.Values.Select((value, i) => (Place(value), i == 0 ? "0" : _ticks.Text(value, _factor) + (i == _ticks.Count ? _unit : "")));

    /// <summary>The place of a rate; that of the axis' end for what is beyond.</summary>
    public double Place(double rate) => _bottom - ((_bottom - _top) * Math.Clamp(rate / _ticks.Highest, 0, 1));

    /// <summary>A rate in words, with a digit more than the ticks have.</summary>
    public string Text(double rate) => (_ticks with { Step = _ticks.Step / 10 }).Text(rate, _factor) + _unit;
}
