using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Perfmon.Sets.Estimation;
using Perfmon.Tool.Plot;

namespace Perfmon.Tests.Tool;

/// <summary>The drawing of rates: a document that is whole, small and the same every time.</summary>
public sealed partial class RatePlotTests
{
    private const ulong Millisecond = 1_000_000;
    private const int Megabyte = 1_000_000;

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Each_event_has_a_panel_in_its_set()
    {
        var drawing = Draw("ls -l", 1000, Series("cycles:u", 1), Series("page-faults", 0), Series("task-clock", 0) with { Unit = "ns" });
        Assert.Equal(["set 0", "set 1"], Texts(drawing, "set"));
        Assert.Equal(["page-faults", "task-clock", "cycles:u"], Texts(drawing, "name"));
        Assert.Equal(["ls -l"], Texts(drawing, "title"));
        Assert.Equal("ls -l", drawing.Element(s_svg + "title")!.Value);
        Assert.Equal("Rates over time of 3 events in 2 sets, with 95 % intervals.", drawing.Element(s_svg + "desc")!.Value);
        Assert.All(Panels(drawing), panel => Assert.Equal(
            ["title", "desc", "band", "line"],
            [.. panel.Elements().Take(2).Select(part => part.Name.LocalName), .. panel.Elements(s_svg + "path").Select(Class)]));
    }

    [Fact]
    public void Axes_have_units()
    {
        var drawing = Draw("", 2_500, Series("page-faults", 0), Series("task-clock", 0) with { Unit = "ns" });
        Assert.Equal(
            ["33.2 % of the time", "0", "10", "20", "30 K/s", "33.2 % of the time", "0", "0.00001", "0.00002", "0.00003 CPUs"],
            Texts(drawing, "end"));
        Assert.Equal(["0", "0.5 s", "1.0 s", "1.5 s", "2.0 s", "2.5 s"], Texts(drawing, "middle"));
        Assert.Equal(["0", "10 ms", "20 ms", "30 ms", "40 ms", "50 ms", "60 ms"], Texts(Draw("", 60, Series("page-faults", 0, slices: 2)), "middle"));
    }

    [Fact]
    public void What_is_known_of_the_error_is_told()
    {
        var counted = Series("exact", 0) with { IsExact = true, Slices = [new(0, 2_470 * Millisecond, 100)] };
        var once = Series("once", 0, slices: 1);
        var torn = Series("torn", 0) with { Slices = [.. Series("", 0).Slices.Where((_, i) => i is < 20 or > 60)] };
        var panels = Panels(Draw("", 2_470, counted, once, torn, Series("never", 0, slices: 0))).ToList();
        Assert.Equal(["exact", "0.4 % of the time, error unknown", "17.0 % of the time", "not counted"], panels.Select(panel => Texts(panel, "end").First()));
        Assert.Equal([["line"], ["line"], ["band", "bridge", "line"], []], panels.Select(panel => panel.Elements(s_svg + "path").Select(Class).ToArray()));
        var description = panels[2].Element(s_svg + "desc")!.Value;
        Assert.Matches(@"^From [\d.]+ K/s to [\d.]+ K/s in \d+ bins, \d+ of them not counted; 17\.0 % of the time\.$", description);
    }

    [Fact]
    public void A_long_name_is_elided_in_the_drawing_and_whole_in_the_title()
    {
        var name = "probe:" + new string('a', 300) + "_return";
        var drawing = Draw(new string('x', 500), 1000, Series(name, 0));
        var shown = Assert.Single(Texts(drawing, "name"));
        Assert.Matches("^probe:a+…a+_return$", shown);
        Assert.Equal(90, shown.Length);
        Assert.Equal(name, Panels(drawing).Single().Element(s_svg + "title")!.Value);
        Assert.Equal(100, Texts(drawing, "title").Single().Length);
    }

    [Theory]
    [InlineData("", 1, "")]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "ab…efg")]
    [InlineData("aä😀😀😀b", 4, "a…😀b")]
    public void Elision_keeps_both_ends(string text, int most, string elided) => Assert.Equal(elided, SvgWriter.Elided(text, most));

    [Fact]
    public void What_XML_cannot_hold_is_replaced()
    {
        var drawing = Draw("sh -c '\u0001\uD800 <&>\" \uFFFF😀'", 1000, Series("]]>\0", 0));
        Assert.Equal("sh -c '\uFFFD\uFFFD <&>\" \uFFFD😀'", Texts(drawing, "title").Single());
        Assert.Equal("]]>\uFFFD", Texts(drawing, "name").Single());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    public void Any_number_of_events_is_drawn(int number)
    {
        var text = Text("", 5_000, [.. Enumerable.Range(0, number).Select(i => Series($"event-{i}", i / 4, 1_000))]);
        Assert.Equal(number, Panels(XElement.Parse(text)).Count());
        Assert.Equal(number == 0, text.Contains(">No events.<", StringComparison.Ordinal));
        Assert.InRange(text.Length, 1, Megabyte);
    }

    [Fact]
    public void Many_slices_make_no_large_file() =>
        Assert.InRange(Text("", 400_000, Series("event", 0, 100_000)).Length, 1, Megabyte / 10);

    [Fact]
    public void Numbers_are_numbers_and_within_the_drawing()
    {
        const ulong Most = ulong.MaxValue;
        var text = Text(
            "", 0,
            Series("", 0) with { Slices = [new(0, 1, Most), new(3, 1, Most), new(Most - 5, Most, 0)] },
            Series("", 0) with { Slices = [new(0, 1, Most), new(3, 1, 0)], Scale = 1e-12, Unit = "Joules" },
            Series("", 0) with { Slices = [new(0, Most, 1)], Unit = "ns" },
            Series("", 0) with { Slices = [new(0, 0, 5)] });
        var drawing = XElement.Parse(text);
        Assert.DoesNotMatch("NaN|Infinity|∞|E[+-]", text);
        var numbers = drawing.Descendants().Attributes()
            .Where(attribute => attribute.Name.LocalName is "d" or "x" or "y" or "x1" or "x2" or "y1" or "y2")
            .SelectMany(attribute => Coordinate().Matches(attribute.Value))
            .Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))
            .ToList();
        Assert.NotEmpty(numbers);
        // The legend's samples go back by their width.
        Assert.All(numbers, number => Assert.InRange(number, -22, (double)drawing.Attribute("width")!));
    }

    [Fact]
    public void The_axis_reaches_the_end_of_the_last_slice()
    {
        var late = Series("late", 0) with { Slices = [new(7_000 * Millisecond, 1_000 * Millisecond, 1)] };
        Assert.Equal("8 s", Texts(Draw("", 1, late), "middle").Last());
    }

    [Fact]
    public void The_same_rates_give_the_same_text_everywhere()
    {
        var expected = Text("title", 900, Series("page-faults", 0));
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "~" } };
            Assert.Equal(expected, Text("title", 900, Series("page-faults", 0)));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_curve_is_drawn_in_steps()
    {
        var time = new TimeAxis(40, 0, 400);
        var series = Series("", 0) with { IsExact = true, Slices = [new(0, 10, 1), new(10, 10, 1), new(20, 10, 2), new(30, 10, 1)] };
        // Two bins: of 1 and of 1.5 events in 10 ns, on an axis to 150 M/s.
        var curve = RateCurve.Of(series, 40);
        var rates = new RateAxis(series, curve, 0, 150);
        Assert.Equal("M0 50H200V0H400", StepPath.Line(curve, time, rates));
        Assert.Equal("", StepPath.Band(curve, time, rates));
        Assert.Equal("", StepPath.Bridges(curve, time, rates));
    }

    [Theory]
    [InlineData("#ffffff")]
    [InlineData("#0d1117")]
    public void Colours_are_seen_on_either_ground(string ground)
    {
        Assert.Contains($".ground {{ fill: {ground}; }}", PlotStyle.Sheet, StringComparison.Ordinal);
        Assert.All(PlotStyle.Colours, colour => Assert.True(Contrast(colour, ground) >= 3, $"{colour} on {ground}: {Contrast(colour, ground)}"));
    }

    // WCAG 2.2, relative luminance and contrast ratio.
    private static double Contrast(string one, string other)
    {
        double[] luminances = [Luminance(one), Luminance(other)];
        return (luminances.Max() + 0.05) / (luminances.Min() + 0.05);

        static double Luminance(string colour)
        {
            var parts = Convert.FromHexString(colour.AsSpan(1)).Select(part => part / 255.0)
                .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToList();
            return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
        }
    }

    // 10 ms in every 30, with some 200 events that go up and down.
    private static RateSeries Series(string name, int set, int slices = 83) => new(
        name, null, set, false,
        [.. Enumerable.Range(0, slices).Select(i => new Slice((ulong)i * 30 * Millisecond, 10 * Millisecond, (ulong)(200 + (i * 37 % 50))))]);

    private static string Text(string title, double milliseconds, params RateSeries[] events)
    {
        using var writer = new StringWriter();
        RatePlot.Write(writer, title, TimeSpan.FromMilliseconds(milliseconds), events);
        return writer.ToString();
    }

    private static XElement Draw(string title, double milliseconds, params RateSeries[] events) => XElement.Parse(Text(title, milliseconds, events));

    private static IEnumerable<XElement> Panels(XElement drawing) =>
        drawing.Descendants(s_svg + "g").Where(group => (string?)group.Attribute("role") == "img");

    private static IEnumerable<string> Texts(XElement drawing, string style) =>
        drawing.Descendants(s_svg + "text").Where(text => Class(text) == style).Select(text => text.Value);

    private static string Class(XElement element) => (string)element.Attribute("class")!;

    [GeneratedRegex(@"[^\sA-Za-z]+")]
    private static partial Regex Coordinate();
}
