using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;

namespace Perfmon.Kvm.Forms.Syntax;

/// <summary>What is wrong with a filter's text: what, where, and what would be right.</summary>
internal static class FilterError
{
    public static PerfmonException At(TextPlace place, string what, string cure) => new(
        PerfmonReason.InvalidRequest,
        $"Cannot read the filter: {what}.\nIt stands at {place}.\n{cure}");

    /// <summary>An error of the whole text.</summary>
    public static PerfmonException Whole(string what, string why, string cure) => new(
        PerfmonReason.InvalidRequest,
        $"Cannot read the filter: {what}.\n{why}\n{cure}");

    public static PerfmonException UnknownKey(PropertyNode member, IReadOnlyCollection<string> known) => At(
        member.KeyPlace,
        $"the key {Quote(member.Key)} is unknown",
        $"The keys here are {string.Join(", ", known.Order(StringComparer.Ordinal))}.{Suggestion(member.Key, known)}");

    public static PerfmonException UnknownValue(PropertyNode node, string value, IReadOnlyCollection<string> known) => At(
        node.Place,
        $"{node.Name} is {Quote(value)}",
        $"It can be {string.Join(", ", known)}.{Suggestion(value, known)}");

    public static PerfmonException Missing(PropertyObject node, string key, string? why = null) => At(
        node.Place,
        $"the key '{key}' is missing{(node.Path.Length == 0 ? "" : $" in {node.Path}")}",
        why ?? $"Add it: it has to be in {(node.Path.Length == 0 ? "every such object" : "each of these")}.");

    public static PerfmonException Duplicate(TextPlace place, string key) => At(
        place,
        $"the key {Quote(key)} stands twice",
        "Leave one out: programs differ in which of them they take.");

    public static PerfmonException WrongKind(PropertyNode node, string expected) => At(
        node.Place,
        $"{node.Name} is {node.KindText}",
        $"It is {expected}.");

    public static PerfmonException NotANumber(PropertyScalar node, ulong most) => At(
        node.Place,
        $"{node.Name} is {Quote(node.Text)}",
        $"It is a number from 0 to {most} (0x{most:x}), decimal or hexadecimal with 0x.");

    public static PerfmonException Octal(PropertyScalar node) => At(
        node.Place,
        $"{node.Name} is {Quote(node.Text)}, which QEMU takes for an octal number",
        "Write it without the leading 0, or hexadecimal with 0x.");

    public static string Quote(ReadOnlySpan<char> text) => HostReader.Quote(text);

    private static string Suggestion(string name, IEnumerable<string> known) =>
        name.Length is > 1 and <= 64 && NearestName.Find(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
