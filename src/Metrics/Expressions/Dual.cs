namespace Perfmon.Metrics.Expressions;

/// <summary>
/// A value with its partial derivatives by each input: a dual number, which carries the derivative through every operation (forward
/// automatic differentiation). An input that occurs several times has one derivative, as it has one error.
/// </summary>
/// <param name="Value">The value.</param>
/// <param name="Partials">The derivative by each input.</param>
internal readonly record struct Dual(double Value, double[] Partials)
{
    /// <summary>A number, which no input moves.</summary>
    public static Dual Constant(double value, int inputs) => new(value, new double[inputs]);

    /// <summary>The input at <paramref name="index"/> of <paramref name="inputs"/>.</summary>
    public static Dual Input(double value, int index, int inputs)
    {
        var partials = new double[inputs];
        partials[index] = 1;
        return new(value, partials);
    }

    public static Dual operator -(Dual dual) => new(-dual.Value, Combine(dual, -1, dual, 0));

    public static Dual operator +(Dual left, Dual right) => new(left.Value + right.Value, Combine(left, 1, right, 1));

    public static Dual operator -(Dual left, Dual right) => new(left.Value - right.Value, Combine(left, 1, right, -1));

    public static Dual operator *(Dual left, Dual right) => new(left.Value * right.Value, Combine(left, right.Value, right, left.Value));

    public static Dual operator /(Dual left, Dual right)
    {
        var quotient = left.Value / right.Value;
        return new(quotient, Combine(left, 1 / right.Value, right, -quotient / right.Value));
    }

    /// <summary>
    /// The standard error of the value to the first order, for independent inputs: √Σ (∂f/∂xᵢ · σᵢ)² (JCGM 100:2008, 5.1.2, equation 10).
    /// Null where an input's is not known.
    /// </summary>
    public double? StandardError(IReadOnlyList<MetricInput> inputs)
    {
        var variance = 0.0;
        for (var i = 0; i < Partials.Length; i++)
        {
            if (inputs[i].StandardError is not { } error)
            {
                return null;
            }

            variance += Partials[i] * error * Partials[i] * error;
        }

        return Math.Sqrt(variance);
    }

    private static double[] Combine(Dual left, double byLeft, Dual right, double byRight)
    {
        var partials = new double[left.Partials.Length];
        for (var i = 0; i < partials.Length; i++)
        {
            partials[i] = left.Partials[i] * byLeft + right.Partials[i] * byRight;
        }

        return partials;
    }
}
