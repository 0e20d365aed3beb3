using System.Globalization;

namespace Perfmon.Tool.Plot;

/// <summary>One event's rate: its name, axes, line and band.</summary>
internal static class RatePanel
{
    /// <summary>How much of the drawing's height a panel takes.</summary>
    public const double Height = Header + CurveHeight + Below;

    private const double Header = 18;
    private const double CurveHeight = 60;
    private const double Below = 14;
    private const double LabelDistance = 8;
    private const double HalfOfText = 4;
    private const double NameAbove = 6;

    // What fits beside the share of the time.
    private const int MostOfName = 90;

    /// <summary>Draws <paramref name="series"/> below <paramref name="y"/>.</summary>
    public static void Write(SvgWriter svg, RateSeries series, TimeAxis time, double y)
    {
        var curve = RateCurve.Of(series, time.Extent);
        var (top, bottom) = (y + Header, y + Header + CurveHeight);
        var rates = new RateAxis(series, curve, top, bottom);
        var share = ShareOf(series, curve);

        svg.Start("g", ("role", "img"));
        svg.Content("title", series.Name);
        svg.Content("desc", Description(curve, rates, share));
        svg.Text(time.Left, top - NameAbove, "name", SvgWriter.Elided(series.Name, MostOfName));
        svg.Text(time.Right, top - NameAbove, "end", share);
        foreach (var (place, _) in time.Ticks)
        {
            svg.Line(place, top, place, bottom, "grid");
        }

        // Where nothing was counted there is nothing to measure on the axis.
        foreach (var (place, label) in curve.Bins.Count > 0 ? rates.Ticks : [])
        {
            svg.Line(time.Left, place, time.Right, place, "grid");
            svg.Text(time.Left - LabelDistance, place + HalfOfText, "end", label);
        }

        svg.Line(time.Left, bottom, time.Right, bottom, "axis");
        svg.Path(StepPath.Band(curve, time, rates), "band");
        svg.Path(StepPath.Bridges(curve, time, rates), "bridge");
        svg.Path(StepPath.Line(curve, time, rates), "line");
        svg.End();
    }

    private static string ShareOf(RateSeries series, RateCurve curve)
    {
        if (curve.Bins.Count == 0)
        {
            return "not counted";
        }

        var share = string.Create(CultureInfo.InvariantCulture, $"{100 * curve.ShareOfTime:N1} % of the time");
        return series.IsExact ? "exact" : curve.Bins.All(bin => bin.High is null) ? $"{share}, error unknown" : share;
    }

    private static string Description(RateCurve curve, RateAxis rates, string share)
    {
        if (curve.Bins.Count == 0)
        {
            return share;
        }

        var known = curve.Bins.Where(bin => !bin.IsHole).Select(bin => bin.Rate!.Value).ToList();
        var holes = curve.Bins.Count - known.Count;
        var missing = holes > 0 ? string.Create(CultureInfo.InvariantCulture, $", {holes} of them not counted") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"From {rates.Text(known.Min())} to {rates.Text(known.Max())} in {curve.Bins.Count} bins{missing}; {share}.");
    }
}
