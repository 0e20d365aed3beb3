using Perfmon.Diagnostics;
using Perfmon.Metrics;
using Perfmon.Session;

namespace Perfmon.Tests.Metrics;

/// <summary>The language of expressions: what it computes, and where it says that it is wrong.</summary>
public sealed class ExpressionTests
{
    private static readonly Dictionary<string, MetricInput> s_inputs = new()
    {
        ["a"] = MetricInput.Exact(6),
        ["b"] = MetricInput.Exact(4),
        ["zero"] = MetricInput.Exact(0),
        ["context-switches"] = MetricInput.Exact(5),
        ["sched:sched_switch:u"] = MetricInput.Exact(7),
        ["cpu/event=0x3c,umask=1/"] = MetricInput.Exact(8),
        ["with (odd) name"] = MetricInput.Exact(9),
        ["elapsed"] = MetricInput.Exact(1000),
    };

    [Theory]
    [InlineData("a / b", 1.5)]
    [InlineData("a", 6)]
    [InlineData("2", 2)]
    [InlineData(".5", 0.5)]
    [InlineData("1e9", 1e9)]
    [InlineData("2.5e-3", 0.0025)]
    [InlineData("a + b * 2", 14)]
    [InlineData("a - b - 1", 1)]
    [InlineData("a / b / 2", 0.75)]
    [InlineData("a / b * 2", 3)]
    [InlineData("a * b + a / b", 25.5)]
    [InlineData("( a + b ) * 2", 20)]
    [InlineData("(a + b) * 2", 20)]
    [InlineData("2 * ( ( a ) - (b) )", 4)]
    [InlineData("-a", -6)]
    [InlineData("- a + b", -2)]
    [InlineData("--a", 6)]
    [InlineData("-a * -b", 24)]
    [InlineData("-( a - b ) * 3", -6)]
    [InlineData("a - -b", 10)]
    [InlineData("a * -2", -12)]
    [InlineData("context-switches * 2", 10)]
    [InlineData("sched:sched_switch:u / context-switches", 1.4)]
    [InlineData("cpu/event=0x3c,umask=1/ / b", 2)]
    [InlineData("'cpu/event=0x3c,umask=1/' / 'b'", 2)]
    [InlineData("'with (odd) name' - 'a'", 3)]
    [InlineData("elapsed * 2", 5)]
    [InlineData("'elapsed' * 2", 2000)]
    [InlineData("\t a\n/  b ", 1.5)]
    [InlineData("zero / a", 0)]
    public void Computes(string text, double value)
    {
        var result = Metric.Parse(text).Evaluate(s_inputs, TimeSpan.FromSeconds(2.5));
        Assert.Equal((MetricState.Counted, value, value, value), (result.State, result.Value, result.Low, result.High));
        Assert.Null(result.Reason);
    }

    [Theory]
    [InlineData("a / zero", "cannot divide by zero, which is 0")]
    [InlineData("a / ( b - 4 )", "cannot divide by ( b - 4 ), which is 0")]
    [InlineData("1 / -zero", "cannot divide by -zero, which is 0")]
    [InlineData("zero / zero", "cannot divide by zero, which is 0")]
    [InlineData("a * 1e308 * 1e308", "the value is too large for a number")]
    public void What_has_no_value_is_undefined(string text, string reason)
    {
        var result = Metric.Parse(text).Evaluate(s_inputs);
        Assert.Equal((MetricState.Undefined, null, null, null, reason, null), (result.State, result.Value, result.Low, result.High, result.Reason, result.MissingEvent));
    }

    [Theory]
    [InlineData("", "^", "a value is missing here")]
    [InlineData("x =", "  ^", "a value is missing here")]
    [InlineData("a /", "  ^", "a value is missing here")]
    [InlineData("a / / b", "    ^", "a value is missing before '/'")]
    [InlineData("* b", "^", "a value is missing before '*'")]
    [InlineData("( )", "  ^", "a value is missing here")]
    [InlineData("a + )", "    ^", "a value is missing here")]
    [InlineData("( a + b", "^", "this parenthesis has no closing ')'")]
    [InlineData("a + b )", "      ^", "this parenthesis was never opened")]
    [InlineData("a b", "  ^", "an operator is missing here: + - * / stand between spaces")]
    [InlineData("a -b", "  ^^", "an operator is missing here: + - * / stand between spaces")]
    [InlineData("a ( b )", "  ^", "an operator is missing here: + - * / stand between spaces")]
    [InlineData("ipc = cycles/instructions", "      ^^^^^^^^^^^^^^^^^^^", "'cycles/instructions' names no event: this slash has no closing '/'; operators stand between spaces")]
    [InlineData("a,b / 2", "^^^", "'a,b' names no event: it is a list of events; operators stand between spaces")]
    [InlineData("2 * {a}", "    ^^^", "'{a}' names no event: it is a list of events; operators stand between spaces")]
    [InlineData("syscalls:sys_enter_* / 2", "^^^^^^^^^^^^^^^^^^^^", "'syscalls:sys_enter_*' names no event: '*' and '?' stand in the names of PMUs only; operators stand between spaces")]
    [InlineData("a*2", "^^^", "'a*2' names no event: '*' and '?' stand in the names of PMUs only; operators stand between spaces")]
    [InlineData("5a / 2", "^^", "'5a' is no number; a name that begins with a digit stands in quotes, and operators between spaces")]
    [InlineData("1e999", "^^^^^", "'1e999' is no number; a name that begins with a digit stands in quotes, and operators between spaces")]
    [InlineData("a / 'b", "    ^", "this quote is not closed")]
    [InlineData("'' / 2", " ^", "'' names no event: an event name is missing here; operators stand between spaces")]
    [InlineData("my metric = a", "   ^^^^^^", "an operator is missing here: + - * / stand between spaces")]
    public void Shows_where_it_is_wrong(string text, string carets, string message)
    {
        Assert.False(Metric.TryParse(text, out var metric, out var error));
        Assert.Null(metric);
        Assert.Equal((text, message), (error.Text, error.Message));
        Assert.Equal(carets, new string(' ', error.Position) + new string('^', Math.Max(1, error.Length)));
    }

    [Fact]
    public void Throws_with_the_place()
    {
        var failure = Assert.Throws<PerfmonException>(() => Metric.Parse("ipc = instructions cycles"));
        Assert.Equal(PerfmonReason.InvalidRequest, failure.Reason);
        Assert.Equal(
            """
            ipc = instructions cycles
                               ^~~~~~
            an operator is missing here: + - * / stand between spaces.
            """,
            failure.Message);
        Assert.Throws<ArgumentNullException>(() => Metric.Parse(null!));
    }

    [Fact]
    public void A_definition_has_a_name_and_each_event_once()
    {
        var metric = Metric.Parse(" x.1-y =  a / ( a + 'b' ) * elapsed ");
        Assert.Equal(("x.1-y", "a / ( a + 'b' ) * elapsed", true, "x.1-y = a / ( a + 'b' ) * elapsed"), (metric.Name, metric.ExpressionText, metric.NeedsElapsed, metric.ToString()));
        Assert.Equal(["a", "b"], metric.Events);
        Assert.Equal((null, null, null, ""), (metric.Unit, metric.Beside, metric.Decimals, metric.Description));

        var nameless = Metric.Parse("cpu/event=0x3c/ / 2");
        Assert.Equal(("cpu/event=0x3c/ / 2", "cpu/event=0x3c/ / 2", false), (nameless.Name, nameless.ToString(), nameless.NeedsElapsed));
    }

    /// <summary>No stack of the machine's is used up: any text ends.</summary>
    [Fact]
    public void Depth_is_no_limit()
    {
        const int depth = 200_000;
        var deep = Metric.Parse($"{new string('(', depth)}{new string('-', depth)}a{new string(')', depth)}");
        Assert.Equal(6, deep.Evaluate(s_inputs).Value);
        var wide = Metric.Parse($"a{string.Concat(Enumerable.Repeat(" + a", 1000))}");
        Assert.Equal(6006, wide.Evaluate(s_inputs).Value);
    }

    [Fact]
    public void Elapsed_that_is_not_given_is_said()
    {
        var result = Metric.Parse("a / elapsed").Evaluate(s_inputs);
        Assert.Equal((MetricState.NotCounted, null, "the elapsed time is not given"), (result.State, result.Value, result.Reason));
        Assert.Equal((MetricState.Undefined, "cannot divide by elapsed, which is 0"), (Metric.Parse("a / elapsed").Evaluate(s_inputs, TimeSpan.Zero) is var zero ? (zero.State, zero.Reason) : default));
    }

    [Fact]
    public void An_input_that_is_not_counted_names_itself()
    {
        var result = Metric.Parse("x = a / b").Evaluate(new Dictionary<string, MetricInput>
        {
            ["a"] = MetricInput.Exact(0),
            ["b"] = new(0, null, CountState.NotCounted, "no counter was free for it"),
        });
        Assert.Equal((MetricState.NotCounted, null, "b", "b is not counted: no counter was free for it"), (result.State, result.Value, result.MissingEvent, result.Reason));
        var absent = Metric.Parse("x = a / b").Evaluate(new Dictionary<string, MetricInput> { ["b"] = MetricInput.Exact(1) });
        Assert.Equal(("a", "a is not counted"), (absent.MissingEvent, absent.Reason));
        Assert.Equal(["b"], absent.Events);
    }
}
