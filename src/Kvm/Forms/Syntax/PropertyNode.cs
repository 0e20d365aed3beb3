using System.Globalization;

namespace Perfmon.Kvm.Forms.Syntax;

/// <summary>
/// A value of an object's properties, as JSON or a property list has it: an object, a list, or a scalar. Its place and path are worked out when asked for:
/// most are never.
/// </summary>
/// <param name="word">The word that it stands in.</param>
/// <param name="index">Where in the word.</param>
internal abstract class PropertyNode(SourceWord word, int index)
{
    private const int LongestShownKey = 64;

    private int? _keyIndex;

    /// <summary>What it belongs to; null for a whole object.</summary>
    public PropertyNode? Parent { get; private set; }

    /// <summary>Its key in an object, its number in a list.</summary>
    public string Key { get; private set; } = "";

    public TextPlace Place => word.Place(index, Path);

    public TextPlace KeyPlace => word.Place(_keyIndex ?? index, Path);

    /// <summary><c>events[1].select</c>; empty for a whole object.</summary>
    public string Path => Parent switch
    {
        null => "",
        PropertyList list => $"{list.Path}[{Key}]",
        { Parent: null } => ShownKey,
        _ => $"{Parent.Path}.{ShownKey}",
    };

    // A key is whatever somebody wrote: an error stays readable.
    private string ShownKey => Key.Length <= LongestShownKey ? Key : $"{Key.AsSpan(0, LongestShownKey)}…";

    /// <summary>How an error names it.</summary>
    public string Name => Parent is null ? "the object" : Path;

    /// <summary>What it is, for an error: <c>a list</c>.</summary>
    public abstract string KindText { get; }

    protected void Adopt(PropertyNode child, string key, int keyIndex) => (child.Parent, child.Key, child._keyIndex) = (this, key, keyIndex);
}

/// <summary>An object: <c>{…}</c>, or the keys of a property list with the same beginning.</summary>
internal sealed class PropertyObject(SourceWord word, int index, bool isJson) : PropertyNode(word, index)
{
    private readonly List<PropertyNode> _members = [];
    private readonly Dictionary<string, PropertyNode> _byKey = new(StringComparer.Ordinal);

    public IReadOnlyList<PropertyNode> Members => _members;

    /// <summary>Whether it was written as JSON.</summary>
    public bool IsJson => isJson;

    public override string KindText => "an object";

    public PropertyNode? Find(string key) => _byKey.GetValueOrDefault(key);

    public T? Find<T>(string key)
        where T : PropertyNode => Find(key) as T;

    /// <summary>Adds a member, unless there is one with that key.</summary>
    public bool TryAdd(string key, int keyIndex, PropertyNode value)
    {
        if (!_byKey.TryAdd(key, value))
        {
            return false;
        }

        Adopt(value, key, keyIndex);
        _members.Add(value);
        return true;
    }
}

/// <summary>A list: <c>[…]</c>, or keys <c>events.0</c>, <c>events.1</c> …</summary>
internal sealed class PropertyList(SourceWord word, int index) : PropertyNode(word, index)
{
    private readonly List<PropertyNode> _items = [];

    public IReadOnlyList<PropertyNode> Items => _items;

    public override string KindText => "a list";

    public void Add(PropertyNode item, int keyIndex)
    {
        Adopt(item, _items.Count.ToString(CultureInfo.InvariantCulture), keyIndex);
        _items.Add(item);
    }
}

/// <summary>How a scalar was written.</summary>
internal enum ScalarKind
{
    /// <summary>A value of a property list, which may be of any type.</summary>
    Word,

    /// <summary>A string of JSON.</summary>
    Text,

    /// <summary>A number of JSON.</summary>
    Number,

    /// <summary>true or false of JSON.</summary>
    Boolean,

    /// <summary>null of JSON.</summary>
    Null,
}

/// <summary>A string, a number, true, false or null.</summary>
internal sealed class PropertyScalar(SourceWord word, int index, ScalarKind kind, string text) : PropertyNode(word, index)
{
    public ScalarKind Kind => kind;

    /// <summary>The text of it, without quotes.</summary>
    public string Text => text;

    public override string KindText => kind switch
    {
        ScalarKind.Null => "null",
        ScalarKind.Boolean => text,
        ScalarKind.Number => $"the number {FilterError.Quote(text)}",
        _ => $"the text {FilterError.Quote(text)}",
    };
}
