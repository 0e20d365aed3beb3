namespace Perfmon.Tool.Plot;

/// <summary>
/// Colours and fonts. The drawing paints its own ground, dark where the reader prefers that, so that it can be read on any page. Rules are for
/// the drawing's own class, since a page that holds the SVG in its text shares them; there are no CSS variables, which renderers other than
/// browsers lack.
/// </summary>
internal static class PlotStyle
{
    /// <summary>The class of the drawing.</summary>
    public const string Class = "pfmon-plot";

    /// <summary>The style sheet.</summary>
    public const string Sheet = """

        .pfmon-plot { font: 11px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif; }
        .pfmon-plot text { fill: #57606a; }
        .pfmon-plot .ground { fill: #ffffff; }
        .pfmon-plot .title { fill: #1f2328; font-size: 17px; font-weight: 600; }
        .pfmon-plot .set { fill: #1f2328; font-size: 13px; font-weight: 600; }
        .pfmon-plot .name { fill: #1f2328; font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
        .pfmon-plot .end { text-anchor: end; }
        .pfmon-plot .middle { text-anchor: middle; }
        .pfmon-plot .grid { stroke: #d8dee4; stroke-width: 1; shape-rendering: crispEdges; }
        .pfmon-plot .axis { stroke: #8c959f; stroke-width: 1; shape-rendering: crispEdges; }
        .pfmon-plot .mark { stroke: currentColor; stroke-width: 4; }
        .pfmon-plot .line { fill: none; stroke: currentColor; stroke-width: 1.4; stroke-linejoin: round; }
        .pfmon-plot .band { fill: currentColor; fill-opacity: 0.25; }
        .pfmon-plot .bridge { fill: none; stroke: currentColor; stroke-width: 1; stroke-dasharray: 1 3; stroke-opacity: 0.8; }
        @media (prefers-color-scheme: dark) {
         .pfmon-plot text { fill: #9198a1; }
         .pfmon-plot .ground { fill: #0d1117; }
         .pfmon-plot .title, .pfmon-plot .set, .pfmon-plot .name { fill: #f0f6fc; }
         .pfmon-plot .grid { stroke: #262c36; }
         .pfmon-plot .axis { stroke: #656c76; }
         .pfmon-plot .band { fill-opacity: 0.35; }
        }

        """;

    // Each has a contrast of at least 3 to both grounds, as WCAG 2.2 asks of graphics. A set is named as well, so nothing rests on telling colours apart.
    private static readonly string[] s_colours = ["#1f7ae0", "#d4690b", "#1a9850", "#a65ce0", "#d6409f", "#0f93a5", "#b08000", "#e0483e"];

    /// <summary>The colour of the n-th set; they come again after the last.</summary>
    public static string ColourOf(int number) => s_colours[number % s_colours.Length];

    /// <summary>All colours.</summary>
    public static IReadOnlyList<string> Colours => s_colours;
}
