using System.Text;
using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Forms.Syntax;

/// <summary>
/// Splits a text into words as a shell does: white space between, quotes and backslashes around what is one word. Two things are taken as people
/// paste them: JSON whose quotes a shell has used up already is one word, and a line that ends in <c>,\</c> goes on at the next line's first character.
/// </summary>
internal sealed class CommandWords
{
    private readonly SourceLines _lines;
    private readonly string _source;
    private readonly StringBuilder _text = new();
    private readonly List<int> _offsets = [];
    private int _index;

    private CommandWords(string source)
    {
        _lines = new SourceLines(source);
        _source = source;
    }

    /// <exception cref="PerfmonException">A quote is not closed.</exception>
    public static IReadOnlyList<SourceWord> Split(string source) => new CommandWords(source).Split();

    private List<SourceWord> Split()
    {
        var words = new List<SourceWord>();
        while (SkipSpace())
        {
            words.Add(_source[_index] == '{' ? ReadJson() : ReadWord());
        }

        return words;
    }

    private bool SkipSpace()
    {
        while (_index < _source.Length && (char.IsWhiteSpace(_source[_index]) || IsContinuation()))
        {
            _index += IsContinuation() ? 2 : 1;
        }

        return _index < _source.Length;
    }

    private bool IsContinuation() => _source[_index] == '\\' && _index + 1 < _source.Length && _source[_index + 1] == '\n';

    /// <summary>Up to the brace that closes the first one; to the end where there is none, for the JSON reader to say so.</summary>
    private SourceWord ReadJson()
    {
        var start = _index;
        var depth = 0;
        var isText = false;
        for (; _index < _source.Length; _index++)
        {
            switch (_source[_index])
            {
                case '\\' when isText:
                    _index++;
                    break;
                case '"':
                    isText = !isText;
                    break;
                case '{' when !isText:
                    depth++;
                    break;
                case '}' when !isText && --depth == 0:
                    _index++;
                    return new SourceWord(_lines, _source[start.._index], null, start);
                default:
                    break;
            }
        }

        _index = _source.Length;
        return new SourceWord(_lines, _source[start..], null, start);
    }

    private SourceWord ReadWord()
    {
        _text.Clear();
        _offsets.Clear();
        var start = _index;
        while (_index < _source.Length && !char.IsWhiteSpace(_source[_index]))
        {
            var letter = _source[_index];
            if (IsContinuation())
            {
                _index += 2;
                if (_text.Length > 0 && _text[^1] == ',')
                {
                    SkipSpace();
                }
            }
            else if (letter is '\'' or '"')
            {
                ReadQuoted(letter);
            }
            else
            {
                _index += letter == '\\' && _index + 1 < _source.Length ? 1 : 0;
                Take();
            }
        }

        // Without quotes and backslashes the characters stand as they follow.
        var isPlain = _text.Length == _index - start;
        _offsets.Add(_index);
        return new SourceWord(_lines, _text.ToString(), isPlain ? null : [.. _offsets], start);
    }

    private void ReadQuoted(char quote)
    {
        var start = _index++;
        for (; _index < _source.Length && _source[_index] != quote;)
        {
            // Within double quotes a backslash takes these away, and is itself before all others.
            if (quote == '"' && _source[_index] == '\\' && _index + 1 < _source.Length && _source[_index + 1] is '"' or '\\' or '$' or '`')
            {
                _index++;
            }

            Take();
        }

        if (_index == _source.Length)
        {
            throw FilterError.At(new SourceWord(_lines, "", null, start).Place(0), $"the quote {quote} is not closed", "Close it.");
        }

        _index++;
    }

    private void Take()
    {
        _offsets.Add(_index);
        _text.Append(_source[_index++]);
    }
}
