namespace Perfmon.Events.Families;

/// <summary>An event with a fixed name and a fixed number in the kernel's ABI.</summary>
internal sealed record NamedEvent(ulong Config, string Name, string Description, params string[] Aliases)
{
    /// <summary>The events by every name they have, whatever its case.</summary>
    public static Dictionary<string, NamedEvent> ByName(IEnumerable<NamedEvent> events) => events
        .SelectMany(named => named.Aliases.Prepend(named.Name), (named, name) => (name, named))
        .ToDictionary(pair => pair.name, pair => pair.named, StringComparer.OrdinalIgnoreCase);

    /// <summary>The description with the other names.</summary>
    public override string ToString() => Aliases.Length == 0 ? Description : $"{Description}; also {string.Join(", ", Aliases)}";
}
