using Perfmon.Events.Families;
using Perfmon.Host;

namespace Perfmon.Events;

/// <summary>Everything that can be counted on a machine, by name.</summary>
public static class EventCatalogue
{
    /// <summary>All events of <paramref name="host"/>, one family after the other.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="word">Only entries with this in their name, family or description, whatever its case; null for all.</param>
    public static IEnumerable<CatalogueEntry> List(HostDescription host, string? word = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        var all = EventFamilies.All.SelectMany(family => family.List(host));
        return string.IsNullOrWhiteSpace(word) ? all : all.Where(entry => Contains(entry, word.Trim()));
    }

    private static bool Contains(CatalogueEntry entry, string word) =>
        entry.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
        || entry.Family.Contains(word, StringComparison.OrdinalIgnoreCase)
        || entry.Description.Contains(word, StringComparison.OrdinalIgnoreCase);
}
