using System.Globalization;

namespace Perfmon.Tool.Plot;

/// <summary>
/// A drawing of events' rates over time, as an SVG that needs nothing else: a panel for each event, one below the other on the same axis of time,
/// grouped by event set. The same series give the same text. Its size does not grow with the number of slices.
/// </summary>
internal static class RatePlot
{
    private const double Width = 960;
    private const double Left = 100;
    private const double Right = Width - 24;
    private const double Margin = 16;

    private const double TitleHeight = 34;
    private const double LegendHeight = 28;
    private const double SetHeight = 26;
    private const double AxisHeight = 20;
    private const double LabelBelow = 4;
    private const double SampleWidth = 22;
    private const double SampleDistance = 6;

    private const int MostOfTitle = 100;

    /// <summary>Writes the drawing to <paramref name="output"/>.</summary>
    /// <param name="output">Where to; it stays open.</param>
    /// <param name="title">What was measured, such as the command.</param>
    /// <param name="extent">The active time in all. The axis reaches the last slice's end in any case.</param>
    /// <param name="events">The events. Sets are drawn in the order of their numbers, a set's events in that of the list.</param>
    public static void Write(TextWriter output, string title, TimeSpan extent, IReadOnlyList<RateSeries> events)
    {
        var sets = events.GroupBy(series => series.Set).OrderBy(set => set.Key).ToList();
        var time = new TimeAxis(Math.Max((ulong)Math.Max(0, extent.TotalNanoseconds), events.Select(End).DefaultIfEmpty().Max()), Left, Right);
        var height = Margin + TitleHeight + LegendHeight + (sets.Count * (SetHeight + AxisHeight)) + (events.Count * RatePanel.Height) + Margin;

        using var svg = new SvgWriter(output);
        svg.Start(
            "svg",
            ("class", PlotStyle.Class),
            ("width", SvgWriter.Number(Width)),
            ("height", SvgWriter.Number(height)),
            ("viewBox", $"0 0 {SvgWriter.Number(Width)} {SvgWriter.Number(height)}"),
            ("role", "graphics-document"));
        svg.Content("title", title);
        svg.Content("desc", Description(events.Count, sets.Count));
        svg.Content("style", PlotStyle.Sheet);
        svg.Element("rect", ("class", "ground"), ("width", "100%"), ("height", "100%"));
        svg.Text(Margin, Margin + 18, "title", SvgWriter.Elided(title, MostOfTitle));
        WriteLegend(svg, Margin + TitleHeight + 8);

        var y = Margin + TitleHeight + LegendHeight;
        if (events.Count == 0)
        {
            svg.Text(Margin, y + Margin, "empty", "No events.");
        }

        foreach (var (number, set) in sets.Index())
        {
            y = WriteSet(svg, set, PlotStyle.ColourOf(number), time, y);
        }

        svg.End();
    }

    private static double WriteSet(SvgWriter svg, IGrouping<int, RateSeries> set, string colour, TimeAxis time, double y)
    {
        var events = set.ToList();
        svg.Start("g", ("color", colour));
        svg.Line(Margin + 2, y + 6, Margin + 2, y + SetHeight + (events.Count * RatePanel.Height), "mark");
        svg.Text(Margin + 12, y + 18, "set", string.Create(CultureInfo.InvariantCulture, $"set {set.Key}"));
        y += SetHeight;
        foreach (var series in events)
        {
            RatePanel.Write(svg, series, time, y);
            y += RatePanel.Height;
        }

        foreach (var (place, label) in time.Ticks)
        {
            svg.Text(place, y + LabelBelow, "middle", label);
        }

        svg.End();
        return y + AxisHeight;
    }

    private static void WriteLegend(SvgWriter svg, double y)
    {
        svg.Start("g", ("color", PlotStyle.ColourOf(0)));
        var x = Margin;
        foreach (var (style, text, width) in ((string, string, double)[])
            [("line", "mean rate over active time", 160), ("band", "95 % interval", 76), ("bridge", "not counted", 0)])
        {
            var sample = style == "band"
                ? $"M{SvgWriter.Number(x)} {SvgWriter.Number(y - 5)}h{SvgWriter.Number(SampleWidth)}v10h{SvgWriter.Number(-SampleWidth)}Z"
                : $"M{SvgWriter.Number(x)} {SvgWriter.Number(y)}h{SvgWriter.Number(SampleWidth)}";
            svg.Path(sample, style);
            svg.Text(x + SampleWidth + SampleDistance, y + 4, "legend", text);
            x += SampleWidth + SampleDistance + width + Margin;
        }

        svg.End();
    }

    private static ulong End(RateSeries series)
    {
        if (series.Slices.Count == 0)
        {
            return 0;
        }

        var last = series.Slices[^1];
        return last.Duration > ulong.MaxValue - last.Start ? ulong.MaxValue : last.Start + last.Duration;
    }

    private static string Description(int events, int sets) => events == 0
        ? "No events."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Rates over time of {events} {(events == 1 ? "event" : "events")} in {sets} {(sets == 1 ? "set" : "sets")}, with 95 % intervals.");
}
