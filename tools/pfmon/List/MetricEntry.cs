using Perfmon.Host;
using Perfmon.Metrics;

namespace Perfmon.Tool.List;

/// <summary>A metric in the list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Expression">Its expression.</param>
/// <param name="Unit">The unit of its value.</param>
/// <param name="Description">What it tells.</param>
/// <param name="Source">Where its formula comes from.</param>
/// <param name="Missing">Those of its events that this machine does not count.</param>
internal sealed record MetricEntry(
    string Name, string Expression, string? Unit, string Description, string Source, IReadOnlyList<string> Missing)
{
    private const string Family = "metrics";

    public bool IsAvailable => Missing.Count == 0;

    /// <summary>The metrics with <paramref name="word"/> in their name, expression or description; all of them for the word <c>metrics</c> and for none.</summary>
    public static IEnumerable<MetricEntry> List(HostDescription host, string? word) =>
        from metric in MetricCatalogue.All
        where string.IsNullOrWhiteSpace(word)
            || new[] { metric.Name, metric.ExpressionText, metric.Description, Family }.Any(text => text.Contains(word.Trim(), StringComparison.OrdinalIgnoreCase))
        select new MetricEntry(
            metric.Name, metric.ExpressionText, metric.Unit, metric.Description, metric.Source, MetricEvents.MissingOn(host, metric));
}
