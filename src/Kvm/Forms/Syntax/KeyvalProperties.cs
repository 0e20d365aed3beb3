using System.Globalization;
using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Forms.Syntax;

/// <summary>
/// An object written as QEMU's property list: <c>kvm-pmu-event,id=e0,action=allow</c>. Keys with dots are objects in objects, and lists where the parts are
/// numbers: <c>events.0.format=raw</c>. A comma within a value is doubled. A key that stands twice is refused, where QEMU takes the last one.
/// </summary>
internal sealed class KeyvalProperties
{
    private const string TypeKey = "qom-type";
    private const int MostDepth = 16;
    private const int LongestPart = 127;

    private readonly SourceWord _word;

    private KeyvalProperties(SourceWord word) => _word = word;

    /// <exception cref="PerfmonException">It is no property list.</exception>
    public static PropertyObject Read(SourceWord word) => new KeyvalProperties(word).Read();

    private PropertyObject Read()
    {
        var root = new Branch();
        var text = _word.Text;
        for (var index = 0; index < text.Length;)
        {
            var keyStart = index;
            var keyEnd = text.AsSpan(index).IndexOfAny('=', ',') is var found and >= 0 ? index + found : text.Length;
            var key = text[keyStart..keyEnd];
            var valueStart = keyEnd + 1;
            if (keyEnd == text.Length || text[keyEnd] == ',')
            {
                // The first may stand without its key: it is the type.
                if (keyStart != 0)
                {
                    throw FilterError.At(_word.Place(keyStart), $"{FilterError.Quote(key)} has no value", "Write key=value, and commas within a value twice.");
                }

                (key, valueStart) = (TypeKey, 0);
            }

            var value = ReadValue(valueStart, out index);
            Add(root, key, keyStart, new Leaf(valueStart, value));
        }

        return (PropertyObject)Build(root, 0, isRoot: true);
    }

    /// <summary>The value up to a single comma, and the index after that.</summary>
    private string ReadValue(int start, out int next)
    {
        var text = _word.Text;
        var value = new System.Text.StringBuilder();
        for (next = start; next < text.Length; next++)
        {
            if (text[next] == ',')
            {
                next++;
                if (next == text.Length || text[next] != ',')
                {
                    break;
                }
            }

            value.Append(text[next]);
        }

        return value.ToString();
    }

    private void Add(Branch root, string key, int keyStart, Leaf leaf)
    {
        var parts = key.Split('.');
        if (parts.Length > MostDepth || parts.Any(part => part.Length is 0 or > LongestPart))
        {
            throw FilterError.At(_word.Place(keyStart), $"{FilterError.Quote(key)} is no key", "A key is names with dots between, such as events.0.format.");
        }

        var branch = root;
        foreach (var part in parts[..^1])
        {
            branch = branch.Children.TryGetValue(part, out var child) ? child as Branch ?? throw Duplicate() : branch.Add(part, keyStart, new Branch());
        }

        if (branch.Children.ContainsKey(parts[^1]))
        {
            throw Duplicate();
        }

        branch.Add(parts[^1], keyStart, leaf);

        PerfmonException Duplicate() => FilterError.Duplicate(_word.Place(keyStart, key), key);
    }

    private PropertyNode Build(Element element, int keyStart, bool isRoot)
    {
        if (element is Leaf leaf)
        {
            return new PropertyScalar(_word, leaf.Start, ScalarKind.Word, leaf.Text);
        }

        var branch = (Branch)element;
        if (!isRoot && branch.Children.Keys.All(key => key.All(char.IsAsciiDigit)))
        {
            return BuildList(branch, keyStart);
        }

        var node = new PropertyObject(_word, keyStart, isJson: false);
        foreach (var (key, start) in branch.Order)
        {
            node.TryAdd(key, start, Build(branch.Children[key], start, isRoot: false));
        }

        return node;
    }

    private PropertyList BuildList(Branch branch, int keyStart)
    {
        var list = new PropertyList(_word, keyStart);
        var starts = branch.Order.ToDictionary(part => part.Key, part => part.Start, StringComparer.Ordinal);
        for (var i = 0; i < branch.Children.Count; i++)
        {
            var key = i.ToString(CultureInfo.InvariantCulture);
            if (!branch.Children.TryGetValue(key, out var child))
            {
                throw FilterError.At(
                    _word.Place(keyStart), $"a list has {branch.Children.Count} elements, but none of them has the number {key}", "Number its elements 0, 1, 2 and so on.");
            }

            list.Add(Build(child, starts[key], isRoot: false), starts[key]);
        }

        return list;
    }

    private abstract class Element;

    private sealed class Leaf(int start, string text) : Element
    {
        public int Start => start;

        public string Text => text;
    }

    private sealed class Branch : Element
    {
        public Dictionary<string, Element> Children { get; } = new(StringComparer.Ordinal);

        /// <summary>The keys in the order of the text, and where each stands first.</summary>
        public List<(string Key, int Start)> Order { get; } = [];

        public T Add<T>(string key, int start, T child)
            where T : Element
        {
            Children.Add(key, child);
            Order.Add((key, start));
            return child;
        }
    }
}
