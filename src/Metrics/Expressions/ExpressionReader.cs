using System.Globalization;
using Perfmon.Events;
using Perfmon.Events.Syntax;

namespace Perfmon.Metrics.Expressions;

/// <summary>
/// Reads a formula: numbers, names of events, <c>elapsed</c>, the operators <c>+ - * /</c>, a leading minus, and parentheses. Names
/// hold all of these characters too, so that spaces separate them from operators, or quotes. One pass that puts the steps in postfix
/// order (Dijkstra's shunting yard): any text ends.
/// </summary>
internal sealed class ExpressionReader
{
    private const string Elapsed = "elapsed";
    private const string Operators = "+-*/";

    private readonly string _text;
    private readonly List<ExpressionStep> _steps = [];
    private readonly List<EventName> _events = [];
    private readonly Stack<Pending> _pending = new();

    // What each value on the stack is written as.
    private readonly Stack<SourceText> _values = new();
    private int _position;
    private EventSyntaxError? _error;

    private ExpressionReader(string text, int start) => (_text, _position) = (text, start);

    // An operator or an open parenthesis (no kind) that waits for its right side.
    private sealed record Pending(StepKind? Kind, SourceText Place)
    {
        public int Precedence => Kind switch
        {
            null => 0,
            StepKind.Add or StepKind.Subtract => 1,
            StepKind.Multiply or StepKind.Divide => 2,
            _ => 3,
        };
    }

    private bool AtEnd => _position == _text.Length;

    /// <summary>The formula from <paramref name="start"/> to the end of <paramref name="text"/>, or where and why it is wrong.</summary>
    public static Expression? Read(string text, int start, out EventSyntaxError? error)
    {
        var reader = new ExpressionReader(text, start);
        reader.ReadAll();
        error = reader._error;
        return error is null ? new Expression(reader._steps, reader._events) : null;
    }

    private void ReadAll()
    {
        while (_error is null)
        {
            ReadValue();
            if (_error is not null || !ReadOperator())
            {
                break;
            }
        }

        while (_error is null && _pending.TryPeek(out var open))
        {
            if (open.Kind is null)
            {
                Fail(open.Place, "this parenthesis has no closing ')'");
            }
            else
            {
                Apply();
            }
        }
    }

    /// <summary>Up to a number or a name, with the signs and open parentheses before it.</summary>
    private void ReadValue()
    {
        while (true)
        {
            SkipSpace();
            if (AtEnd || _text[_position] == ')')
            {
                Fail(Here(), "a value is missing here");
                return;
            }

            var kind = _text[_position] switch
            {
                '(' => (StepKind?)null,
                '-' => StepKind.Negate,
                _ => StepKind.Number,
            };
            if (kind == StepKind.Number)
            {
                break;
            }

            _pending.Push(new Pending(kind, Here()));
            _position++;
        }

        if (_text[_position] == '\'')
        {
            ReadQuoted();
        }
        else
        {
            ReadWord(NextWord());
        }
    }

    private void ReadQuoted()
    {
        var end = _text.IndexOf('\'', _position + 1);
        if (end < 0)
        {
            Fail(Here(), "this quote is not closed");
            return;
        }

        var name = SourceText.Between(_text, _position + 1, end);
        _position = end + 1;
        AddEvent(name);
    }

    private void ReadWord(SourceText word)
    {
        if (word.Length == 1 && Operators.Contains(word.Span[0], StringComparison.Ordinal))
        {
            Fail(word, $"a value is missing before {word.Quoted}");
        }
        else if (word.Span[0] is '.' or (>= '0' and <= '9'))
        {
            if (double.TryParse(word.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            {
                Add(new ExpressionStep(StepKind.Number, number), word);
            }
            else
            {
                Fail(word, $"{word.Quoted} is no number; a name that begins with a digit stands in quotes, and operators between spaces");
            }
        }
        else if (word.Span.SequenceEqual(Elapsed))
        {
            Add(new ExpressionStep(StepKind.Elapsed), word);
        }
        else
        {
            AddEvent(word);
        }
    }

    private void AddEvent(SourceText name)
    {
        var text = name.ToString();
        var index = _events.FindIndex(known => known.Text == text);
        if (index < 0)
        {
            if (EventIdentity.Read(text, out var problem) is not { } identity)
            {
                Fail(name, $"{name.Quoted} names no event: {problem}; operators stand between spaces");
                return;
            }

            index = _events.Count;
            _events.Add(new EventName(text, identity, name));
        }

        Add(new ExpressionStep(StepKind.Event, Event: index), name);
    }

    /// <summary>Up to the operator before the next value, with the parentheses closed before it; false at the end.</summary>
    private bool ReadOperator()
    {
        SkipSpace();
        while (!AtEnd && _text[_position] == ')')
        {
            if (!Close())
            {
                return false;
            }

            SkipSpace();
        }

        if (AtEnd)
        {
            return false;
        }

        var start = _position;
        var word = _text[_position] == '(' ? Here() : NextWord();
        StepKind? kind = word.Length != 1 ? null : word.Span[0] switch
        {
            '+' => StepKind.Add,
            '-' => StepKind.Subtract,
            '*' => StepKind.Multiply,
            '/' => StepKind.Divide,
            _ => null,
        };
        if (kind is not { } known)
        {
            _position = start;
            Fail(word, "an operator is missing here: + - * / stand between spaces");
            return false;
        }

        var next = new Pending(known, word);
        while (_pending.TryPeek(out var last) && last.Precedence >= next.Precedence)
        {
            Apply();
        }

        _pending.Push(next);
        return true;
    }

    private bool Close()
    {
        while (_pending.TryPeek(out var last) && last.Kind is not null)
        {
            Apply();
        }

        if (!_pending.TryPop(out var open))
        {
            Fail(Here(), "this parenthesis was never opened");
            return false;
        }

        _position++;
        _values.Pop();
        _values.Push(SourceText.Between(_text, open.Place.Start, _position));
        return true;
    }

    private void Add(ExpressionStep step, SourceText place)
    {
        _steps.Add(step);
        _values.Push(place);
    }

    /// <summary>Moves the last operator behind its values.</summary>
    private void Apply()
    {
        var last = _pending.Pop();
        var right = _values.Pop();
        var start = last.Kind == StepKind.Negate ? last.Place.Start : _values.Pop().Start;
        _values.Push(SourceText.Between(_text, start, right.End));
        _steps.Add(new ExpressionStep(last.Kind!.Value, Divisor: last.Kind == StepKind.Divide ? right : null));
    }

    /// <summary>Up to a space or a parenthesis.</summary>
    private SourceText NextWord()
    {
        var start = _position;
        while (!AtEnd && !char.IsWhiteSpace(_text[_position]) && _text[_position] is not ('(' or ')'))
        {
            _position++;
        }

        return SourceText.Between(_text, start, _position);
    }

    private void SkipSpace()
    {
        while (!AtEnd && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private SourceText Here() => new(_text, _position, AtEnd ? 0 : 1);

    private void Fail(SourceText where, string message) => _error ??= where.Error(message);
}
