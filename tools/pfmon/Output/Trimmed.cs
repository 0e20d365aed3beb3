using Spectre.Console.Rendering;

namespace Perfmon.Tool.Output;

/// <summary>What <paramref name="inner"/> renders, without white space at the ends of lines: tables fill their last column.</summary>
internal sealed class Trimmed(IRenderable inner) : IRenderable
{
    public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in Segment.SplitLines(inner.Render(options, maxWidth)))
        {
            // A line's own Length is its width, so that [^1] would not be its last segment.
            var segments = line.ToList();
            while (segments is [.., var last] && string.IsNullOrWhiteSpace(last.Text))
            {
                segments.RemoveAt(segments.Count - 1);
            }

            if (segments is [.., var end])
            {
                segments[^1] = new Segment(end.Text.TrimEnd(), end.Style);
            }

            foreach (var segment in segments)
            {
                yield return segment;
            }

            yield return Segment.LineBreak;
        }
    }
}
