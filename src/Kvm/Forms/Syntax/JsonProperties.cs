using System.Text;
using System.Text.Json;
using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Forms.Syntax;

/// <summary>
/// An object written as JSON (RFC 8259), with the place of everything in it. A key that stands twice is refused. Texts may stand in single quotes, as in QEMU's JSON.
/// </summary>
internal sealed class JsonProperties
{
    // events[…].x86-fixed-counter is the deepest that any form has: 3.
    private const int MostDepth = 16;

    private static readonly UTF8Encoding s_utf8 = new(false);

    private readonly SourceWord _word;
    private readonly byte[] _bytes;

    // The last index that was looked up, in bytes and in characters: tokens come in order, and each is looked up from the one before.
    private int _knownByte;
    private int _knownCharacter;

    private JsonProperties(SourceWord word)
    {
        _word = word;
        _bytes = s_utf8.GetBytes(WithDoubleQuotes(word.Text));
    }

    /// <exception cref="PerfmonException">It is no JSON object.</exception>
    public static PropertyObject Read(SourceWord word) => new JsonProperties(word).Read();

    private PropertyObject Read()
    {
        var reader = new Utf8JsonReader(_bytes, new JsonReaderOptions { MaxDepth = MostDepth });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw FilterError.At(_word.Place(0), "it is no object", "Write {\"qom-type\":…}.");
            }

            var root = ReadObject(ref reader);

            // What follows the object is refused by the reader itself.
            reader.Read();
            return root;
        }
        catch (JsonException failure)
        {
            throw Broken(failure);
        }
    }

    private PropertyObject ReadObject(ref Utf8JsonReader reader)
    {
        var node = new PropertyObject(_word, Index(ref reader), isJson: true);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text(ref reader);
            var keyIndex = Index(ref reader);
            reader.Read();
            var value = ReadValue(ref reader);
            if (!node.TryAdd(key, keyIndex, value))
            {
                throw FilterError.Duplicate(_word.Place(keyIndex, node.Find(key)!.Path), key);
            }
        }

        return node;
    }

    private PropertyNode ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader);
            case JsonTokenType.StartArray:
                var list = new PropertyList(_word, Index(ref reader));
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var itemIndex = Index(ref reader);
                    list.Add(ReadValue(ref reader), itemIndex);
                }

                return list;
            case JsonTokenType.String:
                return new PropertyScalar(_word, Index(ref reader), ScalarKind.Text, Text(ref reader));
            default:
                var kind = reader.TokenType switch
                {
                    JsonTokenType.Number => ScalarKind.Number,
                    JsonTokenType.Null => ScalarKind.Null,
                    _ => ScalarKind.Boolean,
                };
                return new PropertyScalar(_word, Index(ref reader), kind, s_utf8.GetString(reader.ValueSpan));
        }
    }

    /// <summary>The text with double quotes in place of single ones, each where it was. A text in single quotes that has either in it stays, and is refused.</summary>
    private static string WithDoubleQuotes(string text)
    {
        if (!text.Contains('\'', StringComparison.Ordinal))
        {
            return text;
        }

        var quoted = text.ToCharArray();
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] is not ('"' or '\''))
            {
                continue;
            }

            var end = End(text, index);
            if (text[index] == '\'' && end < text.Length && text.AsSpan(index + 1, end - index - 1).IndexOfAny('"', '\\') < 0)
            {
                (quoted[index], quoted[end]) = ('"', '"');
            }

            index = end;
        }

        return new string(quoted);
    }

    /// <summary>The quote that ends the text that begins at <paramref name="index"/>; the length where none does.</summary>
    private static int End(string text, int index)
    {
        var quote = text[index];
        for (index++; index < text.Length && text[index] != quote; index++)
        {
            index += text[index] == '\\' ? 1 : 0;
        }

        return Math.Min(index, text.Length);
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // \ud800 without its other half.
            throw FilterError.At(_word.Place(Index(ref reader)), "a text has half of a surrogate pair", "Write the character itself.");
        }
    }

    private int Index(ref Utf8JsonReader reader) => Character((int)reader.TokenStartIndex);

    private int Character(int index)
    {
        if (index < _knownByte)
        {
            (_knownByte, _knownCharacter) = (0, 0);
        }

        _knownCharacter += s_utf8.GetCharCount(_bytes.AsSpan(_knownByte, index - _knownByte));
        _knownByte = index;
        return _knownCharacter;
    }

    private PerfmonException Broken(JsonException failure)
    {
        var line = 0;
        for (var skipped = 0L; skipped < failure.LineNumber; skipped++)
        {
            line += _bytes.AsSpan(line).IndexOf((byte)'\n') + 1;
        }

        var index = Character(Math.Min(_bytes.Length, line + (int)(failure.BytePositionInLine ?? 0)));
        var place = _word.Place(index);
        var rest = _word.Text.AsSpan(index);
        if (rest.IsEmpty)
        {
            return FilterError.At(place, "the JSON ends before its object does", "Close every quote, bracket and brace.");
        }

        var (what, cure) = rest[0] switch
        {
            'x' or 'X' when index > 0 && _word.Text[index - 1] == '0' =>
                ("JSON has no hexadecimal numbers", "Put the number in quotes, \"0x3c\", or write it in decimal."),
            '=' => ("JSON puts ':' between a key and its value", "Write \"key\":value."),
            '\'' => ("a text in single quotes is not closed, or has quotes or backslashes in it", "Write it in double quotes."),
            _ => ($"{FilterError.Quote(rest[..1])} does not belong there in JSON", "Check the quotes, commas, brackets and braces before it."),
        };
        return FilterError.At(place, what, cure);
    }
}
