using System.Text.Json;
using System.Text.RegularExpressions;
using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Events.Syntax;

namespace Perfmon.Metrics;

/// <summary>The metrics that come with the library: metrics.json beside this file, a part of the assembly.</summary>
public static partial class MetricCatalogue
{
    private static readonly Lazy<IReadOnlyList<Metric>> s_all = new(Read);

    /// <summary>All of them, in the order of the file.</summary>
    public static IReadOnlyList<Metric> All => s_all.Value;

    /// <summary>The metric called <paramref name="name"/>; null where there is none.</summary>
    public static Metric? Find(string name) => All.FirstOrDefault(metric => metric.Name == name);

    /// <summary>
    /// The metrics that <paramref name="text"/> asks for: names of the catalogue with commas between them, <c>ipc,branch-mpki</c>; or else
    /// one metric as <see cref="Metric.Parse"/> takes it.
    /// </summary>
    /// <exception cref="PerfmonException">The text is wrong; the message shows where and why.</exception>
    public static IReadOnlyList<Metric> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Names().IsMatch(text))
        {
            return [Metric.Parse(text)];
        }

        var metrics = new List<Metric>();
        for (var rest = new SourceText(text, 0, text.Length); ;)
        {
            var comma = rest.Span.IndexOf(',');
            var name = (comma < 0 ? rest : rest.Slice(0, comma)).Trim();
            metrics.Add(Find(name.ToString()) ?? throw Unknown(name));
            if (comma < 0)
            {
                return metrics;
            }

            rest = rest.Slice(comma + 1);
        }
    }

    private static PerfmonException Unknown(SourceText name)
    {
        var suggestion = NearestName.Find(name.ToString(), All.Select(metric => metric.Name));
        var error = name.Error($"unknown metric {name.Quoted}", suggestion);
        return new PerfmonException(error.Reason, error.ToString());
    }

    private static IReadOnlyList<Metric> Read()
    {
        using var file = typeof(MetricCatalogue).Assembly.GetManifestResourceStream("Perfmon.Metrics.metrics.json")!;
        using var json = JsonDocument.Parse(file);
        return [.. json.RootElement.EnumerateArray().Select(one => Metric.Of(MetricDefinition.Read(one)))];
    }

    // Anything else is an expression: a name alone is no formula.
    [GeneratedRegex(@"\A\s*[\w.-]+\s*(,\s*[\w.-]+\s*)*\z")]
    private static partial Regex Names();
}
