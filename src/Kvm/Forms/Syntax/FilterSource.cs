using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Forms.Syntax;

/// <summary>
/// What a text has that filters are written in: objects, values for Arm, hexadecimal bytes, and options that use a filter. It takes a whole command line
/// of QEMU, the options of a filter alone, or their values alone.
/// </summary>
internal sealed class FilterSource
{
    public const string TypeKey = "qom-type";

    private const int MostCharacters = 1 << 20;
    private const string PropertyAssignment = "kvm-pmu-filter=";
    private const string UseAssignment = "pmu-filter=";
    private const string ObjectPrefix = "kvm-pmu-";

    // A header of 32 bytes.
    private const int FewestHexDigits = 64;

    private static readonly string[] s_options = ["-object", "-accel", "-cpu", "-machine"];

    private readonly IReadOnlyList<SourceWord> _words;
    private readonly List<PropertyObject> _objects = [];
    private readonly List<SourceWord> _ranges = [];
    private readonly List<SourceWord> _bytes = [];
    private readonly List<FilterUse> _uses = [];
    private readonly List<string> _notes = [];
    private readonly bool _isLongEnoughForBytes;
    private bool _isCommandLine;
    private int _next;

    private FilterSource(IReadOnlyList<SourceWord> words)
    {
        _words = words;
        _isLongEnoughForBytes = words.Sum(word => word.Text.Length) >= FewestHexDigits;
    }

    /// <summary>The objects, each with a <c>qom-type</c> that begins with <c>kvm-pmu-</c>.</summary>
    public IReadOnlyList<PropertyObject> Objects => _objects;

    /// <summary>Values of the form <c>A:0x11-0x11;D:…</c>.</summary>
    public IReadOnlyList<SourceWord> Ranges => _ranges;

    /// <summary>Words of hexadecimal digits.</summary>
    public IReadOnlyList<SourceWord> Bytes => _bytes;

    /// <summary>The options that name a filter object.</summary>
    public IReadOnlyList<FilterUse> Uses => _uses;

    public IReadOnlyList<string> Notes => _notes;

    /// <exception cref="PerfmonException">The text is none that filters are written in.</exception>
    public static FilterSource Read(string text)
    {
        if (text.Length > MostCharacters)
        {
            throw FilterError.Whole(
                $"it has {text.Length} characters", $"A filter of 300 events, the most there can be, has less than a tenth of {MostCharacters}.", "Check the file's name.");
        }

        var words = CommandWords.Split(text);
        if (words.Count == 0)
        {
            throw FilterError.Whole("it is empty", "There is no text.", "Write one of QEMU's forms, or @FILE for a file that has one.");
        }

        var source = new FilterSource(words);
        source.ReadWords();
        return source;
    }

    public static string TypeOf(PropertyObject node) => ObjectFields.TextOf(node.Find(TypeKey)!);

    private void ReadWords()
    {
        _isCommandLine = _words[0].Text is [not '-', ..] && !IsObject(_words[0].Text) && _words.Skip(1).Any(word => s_options.Contains(Option(word)));
        for (_next = _isCommandLine ? 1 : 0; _next < _words.Count;)
        {
            var word = _words[_next++];
            switch (Option(word))
            {
                case "-object":
                    AddObject(Value(word));
                    break;
                case "-accel":
                    ReadProperties(Value(word), GuestArchitecture.X86);
                    break;
                case "-cpu":
                    ReadProperties(Value(word), GuestArchitecture.Arm);
                    break;
                case "-machine":
                    Value(word);
                    break;
                default:
                    ReadBare(word);
                    break;
            }
        }

        if (_objects.Count + _ranges.Count + _bytes.Count == 0)
        {
            throw FilterError.Whole("there is none in it", "The text has options, but no object and no value of a filter.", "Add -object with the filter.");
        }

        if (new[] { _objects.Count, _ranges.Count, _bytes.Count }.Count(count => count > 0) > 1)
        {
            var second = _objects.Count > 0 && _ranges.Count > 0 ? _ranges[0] : _bytes.FirstOrDefault() ?? _ranges[0];
            throw FilterError.At(second.Place(0), "two forms stand in one text", "Give one filter at a time.");
        }
    }

    /// <summary>QEMU takes its options with one dash or two.</summary>
    private static string Option(SourceWord word) =>
        word.Text.StartsWith("--", StringComparison.Ordinal) ? word.Text[1..] : word.Text == "-M" ? "-machine" : word.Text;

    private SourceWord Value(SourceWord option) => _next < _words.Count
        ? _words[_next++]
        : throw FilterError.At(option.Place(0), $"{option.Text} has no value", "Write its value after it.");

    private void ReadBare(SourceWord word)
    {
        var text = word.Text;
        if (text.StartsWith('-') && !_isCommandLine)
        {
            throw FilterError.At(
                word.Place(0),
                $"{FilterError.Quote(text)} is no option that a filter is written in",
                $"There are {string.Join(", ", s_options)}; a whole command line begins with the program.");
        }

        if (text.StartsWith(PropertyAssignment, StringComparison.Ordinal))
        {
            _ranges.Add(word.From(PropertyAssignment.Length));
        }
        else if (IsObject(text))
        {
            AddObject(word);
        }
        else if (text.Contains(UseAssignment, StringComparison.Ordinal))
        {
            ReadProperties(word, text.StartsWith("kvm", StringComparison.Ordinal) ? GuestArchitecture.X86 : GuestArchitecture.Arm);
        }
        else if (IsRanges(text))
        {
            _ranges.Add(word);
        }
        else if (!_isCommandLine && _isLongEnoughForBytes && text.All(char.IsAsciiHexDigit))
        {
            _bytes.Add(word);
        }
        else if (!_isCommandLine)
        {
            throw FilterError.At(
                word.Place(0),
                $"no form begins with {FilterError.Quote(text)}",
                $"The forms are {string.Join(", ", FilterForm.All.Select(form => form.Name))}; they begin with {{, -object, kvm-pmu-, A: or D:, or are bytes in hexadecimal.");
        }
    }

    private static bool IsObject(string text) =>
        text.StartsWith('{') || text.StartsWith(ObjectPrefix, StringComparison.Ordinal) || text.StartsWith($"{TypeKey}=", StringComparison.Ordinal) || NamedJson(text) > 0;

    private static bool IsRanges(ReadOnlySpan<char> text) => text is ['A' or 'D' or 'a' or 'd', ':', ..];

    /// <summary>Where JSON begins in <c>pmu={…}</c>; 0 in all else.</summary>
    private static int NamedJson(string text)
    {
        var equals = text.IndexOf("={", StringComparison.Ordinal);
        return equals > 0 && text.AsSpan(0, equals).IndexOfAnyExceptInRange('a', 'z') < 0 ? equals + 1 : 0;
    }

    private void AddObject(SourceWord word)
    {
        if (NamedJson(word.Text) is > 0 and var start)
        {
            // The proposals' own cover letters have it so.
            _notes.Add($"QEMU takes -object '{{…}}' without {word.Text[..start]} before it.");
            word = word.From(start);
        }

        if (_isCommandLine && !IsObject(word.Text))
        {
            return;
        }

        var node = word.Text.StartsWith('{') ? JsonProperties.Read(word) : KeyvalProperties.Read(word);
        var type = node.Find(TypeKey) ?? throw FilterError.Missing(node, TypeKey, $"It is one of {string.Join(", ", FilterObjects.Types)}.");
        if (!_isCommandLine || ObjectFields.TextOf(type).StartsWith(ObjectPrefix, StringComparison.Ordinal))
        {
            ObjectFields.Choice(type, FilterObjects.Types);
            _objects.Add(node);
        }
    }

    // -cpu and -accel have properties of many kinds, some without a value: only those of filters are looked at.
    private void ReadProperties(SourceWord word, GuestArchitecture guest)
    {
        var text = word.Text;
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf(',', start) is var comma and >= 0 ? comma : text.Length;
            var part = text.AsSpan(start, end - start);
            if (IsRanges(part) && start > 0)
            {
                throw FilterError.At(word.Place(start), "a comma ends the property before the last range", "QEMU's property has ';' between ranges; a comma is kvmtool's.");
            }

            var isProperty = part.StartsWith(PropertyAssignment, StringComparison.Ordinal);
            if (isProperty || part.StartsWith(UseAssignment, StringComparison.Ordinal))
            {
                var value = word.Part(start + (isProperty ? PropertyAssignment : UseAssignment).Length, end);
                if (isProperty || IsRanges(value.Text))
                {
                    _ranges.Add(value);
                }
                else
                {
                    _uses.Add(new FilterUse(value.Text, guest, value.Place(0)));
                }
            }

            start = end + 1;
        }
    }
}

/// <summary>An option that uses the filter object <paramref name="Id"/>.</summary>
internal sealed record FilterUse(string Id, GuestArchitecture Guest, TextPlace Place);
