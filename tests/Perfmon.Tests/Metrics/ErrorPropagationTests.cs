using Perfmon.Metrics;
using Perfmon.Session;

namespace Perfmon.Tests.Metrics;

/// <summary>What becomes of the inputs' errors, against the formulas by hand.</summary>
public sealed class ErrorPropagationTests
{
    // a = 100 ± 3, b = 50 ± 4 (standard errors), independent.
    private const double A = 100;
    private const double ErrorOfA = 3;
    private const double B = 50;
    private const double ErrorOfB = 4;

    private static readonly Dictionary<string, MetricInput> s_inputs = new()
    {
        ["a"] = new(A, ErrorOfA, CountState.Estimated, "counted 50.0 % of the time"),
        ["b"] = new(B, ErrorOfB, CountState.Estimated, "counted 25.0 % of the time"),
        ["exact"] = MetricInput.Exact(10),
        ["unknown"] = new(10, null, CountState.Estimated, "counted 10.0 % of the time"),
        ["tail"] = new(10, 2, CountState.Counted),
    };

    [Theory]
    [InlineData("a", 3)]
    [InlineData("-a", 3)]
    [InlineData("a + b", 5)]
    [InlineData("a - b", 5)]
    [InlineData("7 * a", 21)]
    [InlineData("a / 2", 1.5)]
    [InlineData("a + exact", 3)]

    // σ² = (b·σa)² + (a·σb)² = 150² + 400².
    [InlineData("a * b", 427.2001872658766)]

    // σ² = (σa/b)² + (a·σb/b²)² = 0.06² + 0.16².
    [InlineData("a / b", 0.17088007490635063)]

    // σ = σb·exact/b².
    [InlineData("exact / b", 0.016)]

    // One input has one error, wherever it occurs: nothing is left of it here, and its double there.
    [InlineData("a - a", 0)]
    [InlineData("a / a", 0)]
    [InlineData("a + a", 6)]
    [InlineData("a * a", 600)]

    // f = a/(a+b): ∂a = b/(a+b)², ∂b = -a/(a+b)²: σ² = (150/22500)² + (400/22500)².
    [InlineData("a / ( a + b )", 0.018986674989594515)]
    public void The_first_order_of_independent_errors(string text, double standardError)
    {
        var result = Metric.Parse(text).Evaluate(s_inputs);
        Assert.Equal(1.96 * standardError, result.High!.Value - result.Value!.Value, 1e-9);
        Assert.Equal(1.96 * standardError, result.Value!.Value - result.Low!.Value, 1e-9);
        Assert.Equal(MetricState.Estimated, result.State);
    }

    [Theory]
    [InlineData("a / unknown", "a is counted 50.0 % of the time; unknown is counted 10.0 % of the time")]
    [InlineData("unknown", "unknown is counted 10.0 % of the time")]
    [InlineData("exact + 0 * unknown", "unknown is counted 10.0 % of the time")]
    public void An_error_that_is_not_known_leaves_no_interval(string text, string reason)
    {
        var result = Metric.Parse(text).Evaluate(s_inputs);
        Assert.Equal((MetricState.Estimated, true, null, null, reason), (result.State, result.Value is not null, result.Low, result.High, result.Reason));
    }

    [Fact]
    public void What_was_counted_all_the_time_may_have_an_error_too()
    {
        var result = Metric.Parse("tail / exact").Evaluate(s_inputs);
        Assert.Equal((MetricState.Counted, 1.0, null), (result.State, result.Value, result.Reason));
        Assert.Equal(0.392, result.High!.Value - 1, 1e-12);
    }

    /// <summary>The derivatives are those of the function: compared with differences, on an expression with everything in it.</summary>
    [Fact]
    public void The_derivatives_are_right()
    {
        const string text = "-( a * b - 3 ) / ( b / a + exact ) - a / -b * 2";
        var (byA, byB) = (Slope("a", A), Slope("b", B));
        var half = 1.96 * Math.Sqrt(Math.Pow(byA * ErrorOfA, 2) + Math.Pow(byB * ErrorOfB, 2));
        var result = Metric.Parse(text).Evaluate(s_inputs);
        Assert.Equal(half, result.High!.Value - result.Value!.Value, half * 1e-6);

        double Slope(string name, double at)
        {
            const double step = 1e-4;
            return (At(at + step) - At(at - step)) / (2 * step);

            double At(double value) => Metric.Parse(text).Evaluate(new Dictionary<string, MetricInput>(s_inputs) { [name] = MetricInput.Exact(value) }).Value!.Value;
        }
    }

    [Fact]
    public void Text_has_the_value_its_unit_and_its_interval()
    {
        var ipc = MetricCatalogue.Find("ipc")!;
        Assert.Equal("ipc: 1.50 per cycle", Evaluate(MetricInput.Exact(3)).ToString());
        Assert.Equal("ipc: 1.50 per cycle, 1.30 to 1.70 (instructions is counted 9.0 % of the time)", Evaluate(new(3, 0.2, CountState.Estimated, "counted 9.0 % of the time")).ToString());
        Assert.Equal("ipc: 1.50 per cycle (instructions is an estimate)", Evaluate(new(3, null, CountState.Estimated)).ToString());
        Assert.Equal("ipc: not counted (instructions is not counted)", Evaluate(new(3, null, CountState.NotCounted)).ToString());
        Assert.Equal("x: undefined (cannot divide by 0, which is 0)", Metric.Parse("x = 1 / 0").Evaluate(s_inputs).ToString());
        Assert.Equal("x: 0.3333", Metric.Parse("x = 1 / 3").Evaluate(s_inputs).ToString());

        MetricValue Evaluate(MetricInput instructions) =>
            ipc.Evaluate(new Dictionary<string, MetricInput> { ["instructions"] = instructions, ["cycles"] = MetricInput.Exact(2) });
    }
}
