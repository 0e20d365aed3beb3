namespace Perfmon.Events.Syntax;

/// <summary>
/// Splits a text into events: a list with commas, groups in braces, and for each event its name, terms and modifiers. It knows no event;
/// it only knows which commas, slashes and colons separate. One pass, no recursion: any text ends.
/// </summary>
internal sealed class EventSyntaxReader
{
    private readonly string _text;
    private readonly List<EventSyntax> _events = [];
    private int _position;
    private int _groups;
    private EventSyntaxError? _error;

    private EventSyntaxReader(string text) => _text = text;

    private bool AtEnd => _position == _text.Length;

    /// <summary>The events of <paramref name="text"/>; those before the error where there is one.</summary>
    public static IReadOnlyList<EventSyntax> Read(string text, out EventSyntaxError? error)
    {
        var reader = new EventSyntaxReader(text);
        reader.ReadList();
        error = reader._error;
        return reader._events;
    }

    private void ReadList()
    {
        do
        {
            SkipSpace();
            if (Next('{'))
            {
                ReadGroup();
            }
            else
            {
                ReadEvent(group: -1);
                Complete(_events.Count - 1, []);
            }

            SkipSpace();
        }
        while (_error is null && Next(','));

        if (_error is null && !AtEnd)
        {
            Fail(Here(), $"{Here().Quoted} does not belong here: a comma separates events");
        }
    }

    private void ReadGroup()
    {
        var open = SourceText.Between(_text, _position - 1, _position);
        var group = _groups++;
        var first = _events.Count;
        do
        {
            SkipSpace();
            if (!AtEnd && _text[_position] == '{')
            {
                Fail(Here(), "groups do not nest");
                return;
            }

            ReadEvent(group);
            SkipSpace();
        }
        while (_error is null && Next(','));

        if (_error is null && !Next('}'))
        {
            Fail(open, "the group has no closing '}'");
        }

        var parts = ReadParts();
        if (parts.FindIndex(part => !EventModifiers.IsModifier(part)) is >= 0 and var wrong)
        {
            Fail(parts[wrong], $"{parts[wrong].Quoted} is no modifier of a group: {EventModifiers.Known}");
        }

        for (var i = first; _error is null && i < _events.Count; i++)
        {
            Complete(i, parts);
        }
    }

    private void ReadEvent(int group)
    {
        var start = _position;
        SkipName();
        var name = SourceText.Between(_text, start, _position).Trim();
        if (name.IsEmpty)
        {
            Fail(Here(), "an event name is missing here");
            return;
        }

        var terms = Next('/') ? ReadTerms() : null;
        var bodyEnd = terms is null ? name.End : _position;
        var bare = terms is null ? [] : ReadBareModifiers();
        var parts = bare.Concat(ReadParts()).ToList();
        if (terms is not null && parts.FindIndex(part => !EventModifiers.IsModifier(part)) is >= 0 and var wrong)
        {
            Fail(parts[wrong], $"{parts[wrong].Quoted} is no modifier: {EventModifiers.Known}");
        }

        if (parts.FindLast(part => !EventModifiers.IsModifier(part)) is { Source: not null } last)
        {
            bodyEnd = last.End;
        }

        _events.Add(new EventSyntax
        {
            Whole = SourceText.Between(_text, start, _position).Trim(),
            Body = SourceText.Between(_text, start, bodyEnd),
            Name = name,
            Terms = terms,
            Parts = parts,
            Group = group,
        });
    }

    /// <summary>Parts and modifiers are told apart once the group's modifiers are known.</summary>
    private void Complete(int index, List<SourceText> groupModifiers)
    {
        if (_error is not null)
        {
            return;
        }

        var parts = _events[index].Parts.ToLookup(EventModifiers.IsModifier);
        var modifiers = EventModifiers.Read([.. parts[true]], groupModifiers, out _error);
        if (modifiers is not null)
        {
            _events[index] = _events[index] with { Parts = [.. parts[false]], Modifiers = modifiers };
        }
    }

    /// <summary>Up to a separator; <c>::</c> separates nothing, it belongs to a name of libpfm4.</summary>
    private void SkipName()
    {
        while (!AtEnd && _text[_position] is not (',' or '{' or '}' or '/'))
        {
            if (_text[_position] == ':')
            {
                if (!_text.AsSpan(_position).StartsWith("::"))
                {
                    return;
                }

                _position++;
            }

            _position++;
        }
    }

    /// <summary>What follows each colon.</summary>
    private List<SourceText> ReadParts()
    {
        var parts = new List<SourceText>();
        while (_error is null && Next(':'))
        {
            var start = _position;
            SkipUntil(",{}:");
            var part = SourceText.Between(_text, start, _position).Trim();
            if (part.IsEmpty)
            {
                Fail(SourceText.Between(_text, start - 1, start), "nothing follows the colon");
                break;
            }

            parts.Add(part);
        }

        return parts;
    }

    /// <summary>The modifiers that perf writes directly behind the closing slash: <c>cpu/cycles/u</c>.</summary>
    private List<SourceText> ReadBareModifiers()
    {
        var start = _position;
        SkipUntil(",{}:");
        var bare = SourceText.Between(_text, start, _position).Trim();
        return bare.IsEmpty ? [] : [bare];
    }

    private List<EventTerm> ReadTerms()
    {
        var terms = new List<EventTerm>();
        var open = SourceText.Between(_text, _position - 1, _position);
        while (_error is null && !(terms.Count == 0 && Next('/')))
        {
            terms.Add(ReadTerm());
            if (_error is not null || Next('/'))
            {
                break;
            }

            if (!Next(','))
            {
                Fail(open, "this slash has no closing '/'");
            }
        }

        return terms;
    }

    private EventTerm ReadTerm()
    {
        var start = _position;
        SkipUntil("=,/");
        var key = SourceText.Between(_text, start, _position).Trim();
        if (key.IsEmpty && !AtEnd)
        {
            Fail(Here(), "a term is missing here");
        }

        SourceText? value = Next('=') ? ReadValue() : null;
        return new EventTerm(SourceText.Between(_text, start, _position).Trim(), key, value);
    }

    private SourceText ReadValue()
    {
        if (!AtEnd && _text[_position] is '"' or '\'')
        {
            return ReadQuoted(_text[_position++]);
        }

        var start = _position;
        if (!AtEnd && _text[_position] == '/')
        {
            SkipPath();
        }
        else
        {
            SkipUntil(",/");
        }

        return SourceText.Between(_text, start, _position).Trim();
    }

    private SourceText ReadQuoted(char quote)
    {
        var start = _position;
        SkipUntil([quote]);
        var value = SourceText.Between(_text, start, _position);
        if (!Next(quote))
        {
            Fail(SourceText.Between(_text, start - 1, start), "this quote is not closed");
        }
        else if (!AtEnd && _text[_position] is not (',' or '/'))
        {
            Fail(Here(), "a comma or a slash follows a value in quotes");
        }

        return value;
    }

    /// <summary>A value that begins with a slash is a path. The slash that closes the terms is the one with nothing behind it.</summary>
    private void SkipPath()
    {
        while (!AtEnd && _text[_position] != ',' && !ClosesTerms())
        {
            _position++;
        }
    }

    private bool ClosesTerms() =>
        _text[_position] == '/' && (_position + 1 == _text.Length || _text[_position + 1] is ',' or '}' or ':' or ' ');

    private void SkipUntil(ReadOnlySpan<char> separators)
    {
        var length = _text.AsSpan(_position).IndexOfAny(separators);
        _position = length < 0 ? _text.Length : _position + length;
    }

    private void SkipSpace()
    {
        while (!AtEnd && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private bool Next(char expected)
    {
        if (AtEnd || _text[_position] != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private SourceText Here() => new(_text, _position, AtEnd ? 0 : 1);

    private void Fail(SourceText where, string message) => _error ??= where.Error(message);
}
