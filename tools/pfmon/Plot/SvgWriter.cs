using System.Globalization;
using System.Text;
using System.Xml;

namespace Perfmon.Tool.Plot;

/// <summary>
/// Writes the elements of a drawing. The SVG is written by hand because the registry in use serves no plotting library that is managed code only: OxyPlot.Core,
/// ScottPlot and VectSharp are not in it.
/// </summary>
internal sealed class SvgWriter : IDisposable
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const string Ellipsis = "…";

    private readonly XmlWriter _writer;

    /// <summary>Writes to <paramref name="output"/>, which stays open.</summary>
    public SvgWriter(TextWriter output) => _writer = XmlWriter.Create(output, new XmlWriterSettings
    {
        // A declaration would name the encoding of the writer, which is not that of the file where that is a string.
        OmitXmlDeclaration = true,
        Indent = true,
        IndentChars = " ",
        NewLineChars = "\n",
    });

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    /// <summary>A coordinate or length, in a tenth of the drawing's unit; the same text everywhere.</summary>
    public static string Number(double value) => Number(Math.Round(value, 1) + 0.0, "0.#");

    /// <summary>A number in the format <paramref name="format"/>.</summary>
    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>
    /// <paramref name="text"/> in at most <paramref name="most"/> characters. What is left out is in the middle: names of a kind begin alike, and are
    /// told apart by their ends.
    /// </summary>
    public static string Elided(string text, int most)
    {
        var elements = StringInfo.ParseCombiningCharacters(text);
        if (elements.Length <= most)
        {
            return text;
        }

        var end = most / 2;
        var begin = most - end - Ellipsis.Length;
        return string.Concat(text.AsSpan(0, elements[begin]), Ellipsis, text.AsSpan(elements[^end]));
    }

    /// <summary>Opens an element, which ends at <see cref="End"/>.</summary>
    public void Start(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _writer.WriteStartElement(name, Namespace);
        foreach (var (attribute, value) in attributes)
        {
            _writer.WriteAttributeString(attribute, value);
        }
    }

    /// <summary>Closes the element that was opened last.</summary>
    public void End() => _writer.WriteEndElement();

    /// <summary>An element without contents.</summary>
    public void Element(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        End();
    }

    /// <summary>An element of text only.</summary>
    public void Content(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        _writer.WriteString(Valid(text));
        End();
    }

    /// <summary>A text in the drawing.</summary>
    public void Text(double x, double y, string style, string text) =>
        Content("text", text, ("x", Number(x)), ("y", Number(y)), ("class", style));

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Element("line", ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)), ("class", style));

    /// <summary>A path; nothing where it has no segments.</summary>
    public void Path(string segments, string style)
    {
        if (segments.Length > 0)
        {
            Element("path", ("class", style), ("d", segments));
        }
    }

    // A command line may hold what XML cannot: control characters, and halves of characters.
    private static string Valid(string text)
    {
        var valid = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            valid.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return valid.ToString();
    }
}
