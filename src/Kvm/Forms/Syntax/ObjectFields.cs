using System.Globalization;

namespace Perfmon.Kvm.Forms.Syntax;

/// <summary>The members of an object by their keys, checked as QAPI checks them: no key but the known ones, values of their types and within their bounds.</summary>
internal sealed class ObjectFields
{
    private static readonly string[] s_on = ["on", "true", "yes", "y"];
    private static readonly string[] s_off = ["off", "false", "no", "n"];

    private readonly PropertyObject _node;

    private ObjectFields(PropertyObject node) => _node = node;

    /// <exception cref="Diagnostics.PerfmonException">There is a key that is none of <paramref name="known"/>.</exception>
    public static ObjectFields Of(PropertyObject node, params IReadOnlyCollection<string> known) =>
        node.Members.FirstOrDefault(member => !known.Contains(member.Key)) is { } unknown
            ? throw FilterError.UnknownKey(unknown, known)
            : new ObjectFields(node);

    /// <summary>The members of an object whose keys are checked elsewhere.</summary>
    public static ObjectFields Unchecked(PropertyObject node) => new(node);

    /// <exception cref="Diagnostics.PerfmonException">It is missing.</exception>
    public PropertyNode Required(string key) => _node.Find(key) ?? throw FilterError.Missing(_node, key);

    public string Text(string key) => TextOf(Required(key));

    /// <summary>The one of <paramref name="values"/> that the member is.</summary>
    public string Choice(string key, params IReadOnlyCollection<string> values) => Choice(Required(key), values);

    public ulong Number(string key, ulong most) => Number(Required(key), most);

    public bool Flag(string key)
    {
        var node = Required(key);
        return node switch
        {
            PropertyScalar { Kind: ScalarKind.Boolean, Text: var text } => text == "true",
            PropertyScalar { Kind: ScalarKind.Word, Text: var text } when s_on.Contains(text) => true,
            PropertyScalar { Kind: ScalarKind.Word, Text: var text } when s_off.Contains(text) => false,
            PropertyScalar { Kind: ScalarKind.Word, Text: var text } => throw FilterError.UnknownValue(node, text, [.. s_on, .. s_off]),
            _ => throw FilterError.WrongKind(node, "true or false, without quotes"),
        };
    }

    public static string TextOf(PropertyNode node) => node is PropertyScalar { Kind: ScalarKind.Text or ScalarKind.Word, Text: var text }
        ? text
        : throw FilterError.WrongKind(node, "a text in quotes");

    public static string Choice(PropertyNode node, params IReadOnlyCollection<string> values) =>
        TextOf(node) is var text && values.Contains(text) ? text : throw FilterError.UnknownValue(node, text, values);

    /// <summary>A number of JSON, or a text with a decimal or hexadecimal one: PMU manuals write hexadecimal, which JSON does not have.</summary>
    public static ulong Number(PropertyNode node, ulong most)
    {
        if (node is not PropertyScalar { Kind: ScalarKind.Text or ScalarKind.Word or ScalarKind.Number } scalar)
        {
            throw FilterError.WrongKind(node, "a number, or a text with a decimal or hexadecimal one");
        }

        var text = scalar.Text;
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!ulong.TryParse(isHex ? text.AsSpan(2) : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || value > most)
        {
            throw FilterError.NotANumber(scalar, most);
        }

        // 07 is 7 either way; 010 is 8 to QEMU, and 10 to most people.
        return !isHex && text.Length > 1 && text[0] == '0' && value > 7 ? throw FilterError.Octal(scalar) : value;
    }

    /// <summary>The list; empty where it is missing.</summary>
    public IReadOnlyList<PropertyNode> Items(string key) => _node.Find(key) switch
    {
        null => [],
        PropertyList list => list.Items,
        { } other => throw FilterError.WrongKind(other, "a list"),
    };
}
